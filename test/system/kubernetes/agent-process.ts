import { readdir, readFile } from 'node:fs/promises'

/** Ends the agent in a pod of this machine's node as the kernel would, without leave to say anything. */
export async function killAgent(podUid: string): Promise<void> {
  const pid = await agentPid(podUid)
  if (pid === null) throw new Error(`pod ${podUid} has no agent`)
  process.kill(pid, 'SIGKILL')
}

/** The process id of the agent, found by the control group of its pod; null: there is none. */
async function agentPid(podUid: string): Promise<number | null> {
  const inPod = new RegExp(`pod${podUid.replaceAll('-', '[-_]')}`)
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const [groups, command] = await Promise.all([
      readFile(`/proc/${name}/cgroup`, 'utf8').catch(() => ''),
      readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => ''),
    ])
    if (inPod.test(groups) && command.split('\0').includes('agent')) return Number(name)
  }
  return null
}

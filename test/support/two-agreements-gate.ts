import { nodeService } from './services.ts'

const script = `
const fs = require('node:fs')
const { GATE, DEAF, ROOT } = process.env
if (DEAF) process.on('SIGTERM', () => console.log('asked to end'))
fs.writeFileSync(GATE + '.pid.new', String(process.pid))
fs.renameSync(GATE + '.pid.new', GATE + '.pid')
console.log('waiting')
const timer = setInterval(() => {
  if (!fs.existsSync(GATE)) return
  clearInterval(timer)
  fs.writeFileSync(ROOT + '/out/out.txt', 'result')
}, 50)
`

/** A worker that says its pid in `$GATE.pid` and ends when there is a file at `$GATE`; a deaf one only when killed. */
export function gate(
  id: string,
  { deaf = false, ...more }: { readonly deaf?: boolean } & Readonly<Record<string, unknown>> = {},
) {
  return nodeService(id, script, {
    worker: {
      command: [process.execPath, '-e', script],
      env: { ROOT: '$(DSC_ROOT)', ...(deaf ? { DEAF: 'yes' } : {}) },
    },
    parameters: { type: 'object', properties: { GATE: { type: 'string' } } },
    limits: { graceSeconds: 1, attempts: 1 },
    ...more,
  })
}

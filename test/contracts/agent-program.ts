import { runAgent } from '../../src/agent/run-agent.ts'

/** The `agent` command alone, as the program's entry dispatches it. */
process.exitCode = await runAgent(process.argv.slice(2))

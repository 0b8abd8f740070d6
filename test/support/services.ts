import { fileURLToPath } from 'node:url'

const worker = fileURLToPath(new URL('../../demo/worker/table-summary/main.mjs', import.meta.url))

/** The demo's worker: joins a table of days with a table of months. */
export const tableSummary = {
  id: 'table-summary',
  title: 'Summary of two tables',
  datasets: ['*'],
  worker: {
    command: [process.execPath, worker],
    env: {
      DAILY: '$(DSC_ROOT)/work/in/daily.csv',
      MONTHLY: '$(DSC_ROOT)/work/in/monthly.csv',
      OUT_DIR: '$(DSC_ROOT)/work/out',
    },
  },
  inputs: [
    { name: 'daily.csv', kind: 'file', mountPath: '/work/in', required: true },
    { name: 'monthly.csv', kind: 'file', mountPath: '/work/in', required: true },
  ],
  outputs: [{ name: 'report', kind: 'directory', required: true }],
  outputDirectory: '/work/out',
  parameters: {
    type: 'object',
    properties: { TITLE: { type: 'string' } },
    additionalProperties: false,
  },
}

/** A worker made of a few lines of Node. Inputs below `$DSC_ROOT/in`, outputs in `$DSC_ROOT/out`. */
export function nodeService(
  id: string,
  script: string,
  more: Readonly<Record<string, unknown>> = {},
) {
  return {
    id,
    title: id,
    datasets: ['*'],
    worker: { command: [process.execPath, '-e', script], env: { ROOT: '$(DSC_ROOT)' } },
    inputs: [],
    outputs: [{ name: 'out.txt', kind: 'file', required: true }],
    outputDirectory: '/out',
    ...more,
  }
}

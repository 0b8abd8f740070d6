/** Keys of a workspace's bucket. The API hides attempts; only the manifest publishes results. */
export const inputsPrefix = 'inputs/'
export const jobsPrefix = 'jobs/'

export const inputKey = (input: string, path?: string) =>
  path === undefined ? `${inputsPrefix}${input}` : `${inputsPrefix}${input}/${path}`
export const inputDirectoryPrefix = (input: string) => `${inputsPrefix}${input}/`
export const jobPrefix = (jobId: string) => `${jobsPrefix}${jobId}/`
export const manifestKey = (jobId: string) => `${jobPrefix(jobId)}manifest.json`
export const manifestSignatureKey = (jobId: string) => `${jobPrefix(jobId)}manifest.jws`
export const attemptPrefix = (jobId: string, attempt: number) =>
  `${jobPrefix(jobId)}attempts/${attempt}/`
export const claimKey = (jobId: string, attempt: number) => `${attemptPrefix(jobId, attempt)}claim`
export const outputsPrefix = (jobId: string, attempt: number) =>
  `${attemptPrefix(jobId, attempt)}outputs/`
export const outputsListKey = (jobId: string, attempt: number) =>
  `${attemptPrefix(jobId, attempt)}outputs.json`
export const workerLogKey = (jobId: string, attempt: number) =>
  `${attemptPrefix(jobId, attempt)}worker.log`

/** Names of inputs that consumers choose. */
export const inputNamePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/

/** An input name made from any text: characters that input names do not have become `-`. */
export function inputNameFrom(text: string): string {
  const name = text.replace(/[^A-Za-z0-9._-]/gu, '-').slice(0, 128)
  return inputNamePattern.test(name) ? name : `i${name}`.slice(0, 128)
}

/** The cluster that the benchmark may use. */
export function kubeconfig(): string {
  const path = process.env['KUBECONFIG'] ?? ''
  if (path === '') throw new Error('KUBECONFIG has to name the kubeconfig of a cluster')
  return path
}

/** A number from the environment, for a short try. */
export const number = (name: string, usual: number) => Number(process.env[name] ?? usual)

import type { ManagementHandler } from '../../management-api.ts'

export const getMetricsHandler =
  (metricsText: () => Promise<string>): ManagementHandler<'getMetrics'> =>
  async () => ({ status: 200, stream: await metricsText() })

import type { Application } from '../../../application/application.ts'
import { once } from '../../../application/idempotent.ts'
import { serviceRepresentation } from '../../../application/representations/service.ts'
import { createService, readService } from '../../../application/services/save-service.ts'
import { parseServiceContent } from '../../../domain/compute-service-content.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const createServiceHandler =
  (app: Application): ManagementHandler<'createService'> =>
  async ({ body, headers }) => {
    const definition = parseServiceContent(body)
    const view = await app.database.transaction(async (tx) => {
      const key = headers['idempotency-key']
      const request = { scope: 'management', key, operation: 'createService', body }
      const { id } = await once(app, tx, request, async () => {
        return (await createService(app, tx, definition, 'api')).service.id
      })
      return readService(tx, id)
    })
    const headersOfAnswer = { location: `/v1/services/${view.service.id}` }
    return { status: 201, headers: headersOfAnswer, body: serviceRepresentation(view) }
  }

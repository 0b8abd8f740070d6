import type { Application } from '../../../application/application.ts'
import { once } from '../../../application/idempotent.ts'
import { serviceRepresentation } from '../../../application/representations/service.ts'
import { createService, readService } from '../../../application/services/save-service.ts'
import { importAsset } from '../../../domain/asset-import.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const importServiceHandler =
  (app: Application): ManagementHandler<'importService'> =>
  async ({ body, headers }) => {
    const asset = importAsset(body)
    const view = await app.database.transaction(async (tx) => {
      const key = headers['idempotency-key']
      const request = { scope: 'management', key, operation: 'importService', body }
      const { id } = await once(app, tx, request, async () => {
        return (await createService(app, tx, asset, 'api')).service.id
      })
      return readService(tx, id)
    })
    return {
      status: 201,
      headers: { location: `/v1/services/${view.service.id}` },
      body: { service: serviceRepresentation(view), warnings: [...asset.warnings] },
    }
  }

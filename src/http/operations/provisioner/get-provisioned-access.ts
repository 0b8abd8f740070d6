import type { Application } from '../../../application/application.ts'
import { showContent } from '../../../application/provisioning/show-content.ts'
import { ProblemError } from '../../../domain/problem.ts'
import type { ProvisionerHandler } from '../../provisioner-api.ts'

export const getProvisionedAccessHandler =
  (app: Application): ProvisionerHandler<'getProvisionedAccess'> =>
  async ({ principal, path }) => {
    if (principal.flowId !== path.flowId)
      throw new ProblemError('unauthenticated', 'The token opens another document.')
    const document = await showContent(app, path.flowId)
    return { status: 200, body: { ...document, services: [...document.services] } }
  }

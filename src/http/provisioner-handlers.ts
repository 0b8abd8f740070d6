import type { Application } from '../application/application.ts'
import { getProvisionedAccessHandler } from './operations/provisioner/get-provisioned-access.ts'
import { provisionHandler } from './operations/provisioner/provision.ts'
import type { ProvisionerHandlers } from './provisioner-api.ts'

/** Every operation of the HTTP provisioner. */
export function provisionerHandlers(app: Application): ProvisionerHandlers {
  return {
    provision: provisionHandler(app),
    getProvisionedAccess: getProvisionedAccessHandler(app),
  }
}

import { nodeService } from '../test/support/services.ts'

/** What an operator writes down for these benchmarks: one control plane, and one service for every dataset. */
export const definitions = {
  services: {
    'waits.service.yaml': nodeService('waits', 'process.exit(0)', {
      inputs: [{ name: 'later.bin', kind: 'file', mountPath: '/in', required: true }],
    }),
  },
  controlPlanes: {
    'edc.control-plane.yaml': {
      id: 'edc',
      protocol: 'dps',
      inbound: { type: 'none' },
      callbacks: { url: 'http://127.0.0.1:1/signaling', type: 'none' },
    },
  },
}

import { requestToken } from '../adapters/control-plane/client-credentials.ts'
import { readKeys } from '../adapters/control-plane/key-sets.ts'
import { createEgress } from '../adapters/egress/egress.ts'
import { tokenRemedy } from '../application/control-planes/callback-credential.ts'
import { readControlPlaneFiles } from '../application/control-planes/load-control-plane-files.ts'
import type { DefinitionFolder } from '../application/ports/definition-files.ts'
import type { Outbound } from '../application/ports/outbound.ts'
import type { ControlPlaneDefinition } from '../domain/control-plane-definition.ts'
import { checked, type CheckLine } from './check-line.ts'

const keysRemedy = 'See that inbound.jwksUri is right, and that this host may reach it.'

/** Whether tokens are given to us, and keys to check those of others, where files of control planes want them. */
export async function checkTokens(folder: DefinitionFolder): Promise<readonly CheckLine[]> {
  // Files that cannot be read have a line of their own.
  const definitions = await readControlPlaneFiles(folder).catch(() => [])
  const trusted = new Set(definitions.flatMap(originsOf))
  const egress = createEgress({
    allow: [],
    operatorOrigins: () => trusted,
    ownListeners: () => [],
  })
  try {
    const lines = definitions.map((definition) => linesOf(egress.outbound, definition))
    return (await Promise.all(lines)).flat()
  } finally {
    egress.destroy()
  }
}

function originsOf({ inbound, callbacks }: ControlPlaneDefinition): readonly string[] {
  const keys = inbound.type === 'oauth2' ? inbound.jwksUri : undefined
  const tokens = callbacks?.type === 'oauth2' ? callbacks.tokenEndpoint : undefined
  return [keys, tokens].flatMap((url) => (url === undefined ? [] : [new URL(url).origin]))
}

async function linesOf(
  outbound: Outbound,
  { id, inbound, callbacks }: ControlPlaneDefinition,
): Promise<readonly CheckLine[]> {
  const lines: CheckLine[] = []
  if (inbound.type === 'oauth2' && inbound.jwksUri !== undefined) {
    const url = inbound.jwksUri
    const read = () => readKeys(outbound, url).then(() => `read from ${new URL(url).origin}`)
    lines.push(await checked(`keys of ${id}`, keysRemedy, read))
  }
  if (callbacks?.type === 'oauth2') {
    const { tokenEndpoint, clientId, clientSecret = '' } = callbacks
    const client = { tokenEndpoint, clientId, clientSecret }
    const ask = async () => {
      await requestToken(outbound, client, AbortSignal.timeout(20_000))
      return `got from ${new URL(tokenEndpoint).origin}`
    }
    lines.push(await checked(`callback token of ${id}`, tokenRemedy, ask))
  }
  return lines
}

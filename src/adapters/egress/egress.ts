import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { S3ClientConfig } from '@aws-sdk/client-s3'
import type { AddressTrust, Outbound } from '../../application/ports/outbound.ts'
import { parseAllowList } from '../../domain/address-filter.ts'
import { connectLimitMs, GuardedHttpAgent, GuardedHttpsAgent } from './guarded-agents.ts'
import { createGuardedGet, type GuardedGet } from './guarded-get.ts'
import { createGuardedFetch } from './guarded-fetch.ts'
import { canPass } from './check-url.ts'
import type { NameLookup, OwnListener } from './guard.ts'
import { createClient, createOutbound, type AgentPair } from './outbound.ts'

export interface EgressSettings {
  /** Networks (CIDR), hosts and `host:port` that foreign addresses may name beside public https. */
  readonly allow: readonly string[]
  /** Origins that the operator configured, as `URL.origin` has them. */
  readonly operatorOrigins: () => ReadonlySet<string>
  /** Our own listeners, database and API server: foreign addresses never reach them. */
  readonly ownListeners: () => readonly OwnListener[]
  readonly lookup?: NameLookup
}

export interface Egress {
  /** Agents for foreign addresses. */
  readonly foreignAgents: AgentPair
  readonly operatorAgents: AgentPair
  readonly outbound: Outbound
  /** Streaming GET of foreign addresses, with checked redirects. */
  readonly get: GuardedGet
  /** A `requestHandler` for one AWS client, which owns its agents. */
  smithyHandler(trust: AddressTrust): NonNullable<S3ClientConfig['requestHandler']>
  /** Whether a URL can pass at all; asks no name server. */
  canPass(url: string, trust: AddressTrust): boolean
  /** `fetch` for libraries that take one (key sets, token requests). Follows no redirect. */
  fetch(trust: AddressTrust): typeof globalThis.fetch
  destroy(): void
}

/** The one way out: guarded agents, and the clients that use them. Throws RangeError for a bad `allow`. */
export function createEgress(settings: EgressSettings): Egress {
  const rules = { ...settings, allow: parseAllowList(settings.allow) }
  const guarded = (s3: boolean): AgentPair => ({
    httpAgent: new GuardedHttpAgent(rules, { s3 }),
    httpsAgent: new GuardedHttpsAgent(rules, { s3 }),
  })
  const plain = (): AgentPair => ({
    httpAgent: new HttpAgent({ keepAlive: true }),
    httpsAgent: new HttpsAgent({ keepAlive: true }),
  })
  const foreignAgents = guarded(false)
  const operatorAgents = plain()
  const clients = { foreign: createClient(foreignAgents), operator: createClient(operatorAgents) }
  const outbound = createOutbound(rules, clients)
  return {
    foreignAgents,
    operatorAgents,
    outbound,
    get: createGuardedGet(rules, clients.foreign),
    smithyHandler: (trust) => ({
      ...(trust === 'foreign' ? guarded(true) : plain()),
      connectionTimeout: connectLimitMs,
    }),
    canPass: (url, trust) => canPass(rules, url, trust),
    fetch: (trust) => createGuardedFetch(outbound, trust),
    destroy: () => {
      for (const pair of [foreignAgents, operatorAgents]) {
        pair.httpAgent.destroy()
        pair.httpsAgent.destroy()
      }
    },
  }
}

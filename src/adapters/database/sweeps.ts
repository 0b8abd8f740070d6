import { sql, type RawBuilder } from 'kysely'
import type { Sweeps } from '../../application/ports/sweeps.ts'
import type { Executor } from './table.ts'

export function sweeps(executor: Executor): Sweeps {
  const changed = async (statement: RawBuilder<unknown>) => {
    const result = await statement.execute(executor)
    return Number(result.numAffectedRows ?? 0)
  }
  return {
    events: (before, limit) =>
      changed(sql`DELETE FROM events WHERE (workspace_id, sequence) IN (
        SELECT e.workspace_id, e.sequence FROM workspaces w JOIN events e ON e.workspace_id = w.id
        WHERE w.state = 'DELETED' AND w.ended_at < ${before.getTime()} LIMIT ${limit})`),
    responses: (before, limit) =>
      changed(sql`UPDATE delivery_attempts SET response = NULL WHERE (delivery_id, number) IN (
        SELECT delivery_id, number FROM delivery_attempts
        WHERE response IS NOT NULL AND at < ${before.getTime()} LIMIT ${limit})`),
    exchanges: (before, limit) =>
      changed(sql`DELETE FROM exchanges WHERE id IN (
        SELECT id FROM exchanges WHERE at < ${before.getTime()} LIMIT ${limit})`),
    flowMessages: (before, limit) =>
      changed(sql`DELETE FROM flow_messages WHERE (control_plane_id, process_id, message_id) IN (
        SELECT m.control_plane_id, m.process_id, m.message_id FROM flow_messages m
        LEFT JOIN flows f ON f.control_plane_id = m.control_plane_id AND f.process_id = m.process_id
        WHERE m.received_at < ${before.getTime()}
        AND (f.id IS NULL OR f.ended_at < ${before.getTime()}) LIMIT ${limit})`),
    idempotencyKeys: (before, limit) => {
      const lives = (table: 'jobs' | 'transfers') =>
        sql`EXISTS (SELECT 1 FROM ${sql.table(table)} r WHERE r.id = k.resource_id
          AND (r.ended_at IS NULL OR r.ended_at >= ${before.getTime()}))`
      return changed(sql`DELETE FROM idempotency_keys WHERE (scope, key) IN (
        SELECT k.scope, k.key FROM idempotency_keys k WHERE k.created_at < ${before.getTime()}
        AND NOT ${lives('jobs')} AND NOT ${lives('transfers')} LIMIT ${limit})`)
    },
    rememberedTerminations: (now, limit) =>
      changed(sql`DELETE FROM remembered_terminations WHERE (control_plane_id, process_id) IN (
        SELECT control_plane_id, process_id FROM remembered_terminations
        WHERE until <= ${now.getTime()} LIMIT ${limit})`),
    tokenUses: (now, limit) =>
      changed(sql`DELETE FROM token_uses WHERE (control_plane_id, token_sha256) IN (
        SELECT control_plane_id, token_sha256 FROM token_uses
        WHERE until <= ${now.getTime()} LIMIT ${limit})`),
    reports: (now, limit) =>
      changed(sql`DELETE FROM reports WHERE workspace_id IN (
        SELECT workspace_id FROM reports WHERE until <= ${now.getTime()} LIMIT ${limit})`),
    provisionRequests: (before, limit) =>
      changed(sql`DELETE FROM provision_requests WHERE id IN (
        SELECT id FROM provision_requests WHERE ended_at < ${before.getTime()} LIMIT ${limit})`),
    workspace: (workspaceId) =>
      executor.transaction().execute(async (transaction) => {
        for (const statement of everythingOf(workspaceId)) await statement.execute(transaction)
      }),
  }
}

/** In an order in which what is looked up is still there. Lanes of webhooks are due by their subscription. */
function everythingOf(id: string): readonly RawBuilder<unknown>[] {
  const owned = (table: string) =>
    sql`SELECT id FROM ${sql.table(table)} WHERE workspace_id = ${id}`
  const work = (kind: string, table: string) =>
    sql`DELETE FROM work WHERE kind = ${kind} AND id IN (${owned(table)})`
  const rows = (table: string) => sql`DELETE FROM ${sql.table(table)} WHERE workspace_id = ${id}`
  return [
    work('flow', 'flows'),
    work('check', 'flows'),
    work('transfer', 'transfers'),
    work('job', 'jobs'),
    work('delivery', 'subscriptions'),
    work('delivery', 'deliveries'),
    work('callback', 'deliveries'),
    sql`DELETE FROM work WHERE kind = 'workspace' AND id = ${id}`,
    sql`DELETE FROM flow_messages WHERE (control_plane_id, process_id) IN (
      SELECT control_plane_id, process_id FROM flows WHERE workspace_id = ${id})`,
    sql`DELETE FROM transfer_parts WHERE transfer_id IN (${owned('transfers')})`,
    sql`DELETE FROM delivery_attempts WHERE delivery_id IN (${owned('deliveries')})`,
    sql`DELETE FROM idempotency_keys WHERE scope = ${id}`,
    ...[
      'grants',
      'flows',
      'inputs',
      'transfers',
      'job_labels',
      'attempts',
      'jobs',
      'events',
      'subscriptions',
      'deliveries',
    ].map(rows),
    sql`DELETE FROM workspaces WHERE id = ${id}`,
  ]
}

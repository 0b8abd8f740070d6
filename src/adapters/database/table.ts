import type { ExpressionBuilder, Kysely } from 'kysely'
import {
  UniqueViolation,
  type Query,
  type Table,
  type Where,
} from '../../application/ports/database.ts'
import type { ColumnKind, Columns } from './table-definition.ts'

export type SqlValue = string | number | null
/** Column names are data here (columns.ts), so the schema is open to kysely. */
export type OpenSchema = Record<string, Record<string, SqlValue>>
export type Executor = Kysely<OpenSchema>

const snakeCase = (field: string) => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

export function encode(kind: ColumnKind, value: unknown): SqlValue {
  if (value === null || value === undefined) return null
  if (kind === 'json') return JSON.stringify(value)
  if (value instanceof Date) return value.getTime()
  if (typeof value === 'boolean') return value ? 1 : 0
  return value as SqlValue
}

export function decode(kind: ColumnKind, value: SqlValue): unknown {
  if (value === null) return null
  if (kind === 'json') return JSON.parse(String(value))
  if (kind === 'time') return new Date(Number(value))
  if (kind === 'flag') return Number(value) === 1
  return kind === 'integer' ? Number(value) : value
}

/** Whether a driver's error says that a unique value is taken (SQLite and PostgreSQL). */
function isUniqueViolation(error: unknown): boolean {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown }
  return code === '23505' || errcode === 1555 || errcode === 2067
}

/** A table whose rows are plain records, by the definitions of columns.ts. */
export function tableOf<Row extends object, Key extends keyof Row & string>(
  executor: Executor,
  name: string,
  columns: Columns<Row>,
): Table<Row, Key> {
  const fields = Object.entries<ColumnKind>(columns).map(([field, kind]) => ({
    field: field as keyof Row & string,
    column: snakeCase(field),
    kind,
  }))
  const byField = new Map(fields.map((entry) => [entry.field, entry]))
  const columnOf = (field: string) => {
    const entry = byField.get(field as keyof Row & string)
    if (entry === undefined) throw new TypeError(`table ${name} has no field ${field}`)
    return entry
  }
  const toSql = (row: Partial<Row>) =>
    Object.fromEntries(
      Object.entries(row).map(([field, value]) => {
        const { column, kind } = columnOf(field)
        return [column, encode(kind, value)]
      }),
    )
  const fromSql = (found: Record<string, SqlValue>) =>
    Object.fromEntries(
      fields.map(({ field, column, kind }) => [field, decode(kind, found[column] ?? null)]),
    ) as Row
  const matching = (where: object) => (builder: ExpressionBuilder<OpenSchema, string>) =>
    builder.and(
      Object.entries(where).map(([field, condition]) => {
        const { column, kind } = columnOf(field)
        return conditionOf(builder, column, kind, condition)
      }),
    )

  const insert = async (row: Row) => {
    try {
      await executor.insertInto(name).values(toSql(row)).execute()
    } catch (error) {
      if (isUniqueViolation(error)) throw new UniqueViolation(name, { cause: error })
      throw error
    }
  }
  const list = async ({ where = {}, orderBy, descending = false, limit }: Query<Row>) => {
    let query = executor.selectFrom(name).selectAll().where(matching(where))
    if (orderBy !== undefined) {
      query = query.orderBy(columnOf(String(orderBy)).column, descending ? 'desc' : 'asc')
    }
    if (limit !== undefined) query = query.limit(limit)
    return (await query.execute()).map(fromSql)
  }
  const first = async (where: Where<Row>) => (await list({ where, limit: 1 }))[0]
  const updateWhere = async (where: object, patch: Partial<Row>) => {
    const result = await executor
      .updateTable(name)
      .set(toSql(patch))
      .where(matching(where))
      .executeTakeFirst()
    return Number(result.numUpdatedRows)
  }
  const deleteWhere = async (where: object) => {
    const result = await executor.deleteFrom(name).where(matching(where)).executeTakeFirst()
    return Number(result.numDeletedRows)
  }

  return {
    get: (key) => first(key as Where<Row>),
    insert,
    insertIfAbsent: async (row) => {
      const result = await executor
        .insertInto(name)
        .values(toSql(row))
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
      return Number(result.numInsertedOrUpdatedRows ?? 0) > 0
    },
    update: async (key, patch) => (await updateWhere(key, patch)) > 0,
    updateWhere,
    delete: async (key) => (await deleteWhere(key)) > 0,
    deleteWhere,
    list,
    first,
    count: async (where) => {
      const found = await executor
        .selectFrom(name)
        .select((builder) => builder.fn.countAll<number | string>().as('count'))
        .where(matching(where))
        .executeTakeFirstOrThrow()
      return Number(found.count)
    },
  }
}

interface Operators {
  readonly in?: readonly unknown[]
  readonly notIn?: readonly unknown[]
  readonly lt?: unknown
  readonly gt?: unknown
  readonly gte?: unknown
  readonly lte?: unknown
  readonly not?: null
}

function conditionOf(
  builder: ExpressionBuilder<OpenSchema, string>,
  column: string,
  kind: ColumnKind,
  condition: unknown,
) {
  if (condition === null) return builder(column, 'is', null)
  if (typeof condition !== 'object' || condition instanceof Date) {
    return builder(column, '=', encode(kind, condition))
  }
  const operators = condition as Operators
  const compare = (operator: '<' | '<=' | '>' | '>=', value: unknown) =>
    builder(column, operator, encode(kind, value))
  if (operators.in !== undefined) {
    return builder(
      column,
      'in',
      operators.in.map((value) => encode(kind, value)),
    )
  }
  if (operators.notIn !== undefined) {
    return builder(
      column,
      'not in',
      operators.notIn.map((value) => encode(kind, value)),
    )
  }
  if (operators.not === null) return builder(column, 'is not', null)
  const bounds = [
    operators.gt === undefined ? [] : compare('>', operators.gt),
    operators.gte === undefined ? [] : compare('>=', operators.gte),
    operators.lt === undefined ? [] : compare('<', operators.lt),
    operators.lte === undefined ? [] : compare('<=', operators.lte),
  ]
  return builder.and(bounds.flat())
}

import type { Records } from '../../application/ports/database.ts'

/** How a field is kept: times as milliseconds, flags as 0 or 1, JSON as text. */
export type ColumnKind = 'text' | 'integer' | 'time' | 'flag' | 'json'

type RowOf<T> = T extends { get(key: never): Promise<infer Row> } ? NonNullable<Row> : never
export type TableName = Exclude<keyof Records, 'work'>
export type Columns<Row> = { readonly [Field in keyof Row]-?: ColumnKind }

export interface TableDefinition<Row> {
  readonly name: string
  readonly key: readonly (keyof Row & string)[]
  readonly columns: Columns<Row>
}

export type Definitions = { readonly [Name in TableName]: TableDefinition<RowOf<Records[Name]>> }

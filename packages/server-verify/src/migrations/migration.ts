import { type CompiledQuery, type CreateTableBuilder, type SchemaModule, sql } from 'kysely';

/** One step of the schema. What was released is never changed: a new need is a new step. */
export interface Migration {
  /** 1, 2, 3... without a gap. */
  readonly version: number;
  /** The name of its file. */
  readonly name: string;
  up(schema: SchemaModule, types: ColumnTypes): CompiledQuery[];
}

type ColumnType = Parameters<CreateTableBuilder<never>['addColumn']>[1];

/** How an engine names the columns whose names differ. */
export interface ColumnTypes {
  /** Text that is ordered by its bytes. */
  readonly text: ColumnType;
  readonly bytes: ColumnType;
}

export const SQLITE_TYPES: ColumnTypes = { text: 'text', bytes: 'blob' };
// Said for each column: the order of a database is that of some language.
export const POSTGRES_TYPES: ColumnTypes = { text: sql`text collate "C"`, bytes: 'bytea' };

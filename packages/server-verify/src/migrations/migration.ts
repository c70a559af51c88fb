import type { CompiledQuery, SchemaModule } from 'kysely';

/** One step of the schema. What was released is never changed: a new need is a new step. */
export interface Migration {
  /** 1, 2, 3... without a gap. */
  readonly version: number;
  /** The name of its file. */
  readonly name: string;
  up(schema: SchemaModule): CompiledQuery[];
}

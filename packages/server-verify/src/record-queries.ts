import type { CompiledQuery, Kysely } from 'kysely';
import type { ListOptions, NewRecord } from './store';

/** The table of migration 0001. */
export interface RecordTable {
  tenant: string;
  subject: string;
  kind: string;
  id: string;
  body: Uint8Array;
  at: number;
  due: number | null;
  version: number;
}

export interface Schema {
  tacit_record: RecordTable;
}

const COLUMNS = ['kind', 'subject', 'id', 'body', 'at', 'due', 'version'] as const;

/** Every statement that a store over SQL runs, for any dialect. */
export interface RecordQueries {
  get(kind: string, subject: string, id: string): CompiledQuery;
  list(kind: string, subject: string, options: ListOptions): CompiledQuery;
  listKind(kind: string, options: { limit: number; after?: { subject: string; id: string } }): CompiledQuery;
  insert(record: NewRecord): CompiledQuery;
  upsert(record: NewRecord): CompiledQuery;
  update(record: NewRecord, ifVersion: number): CompiledQuery;
  delete(kind: string, subject: string, id: string): CompiledQuery;
  deleteSubject(subject: string, keep: readonly string[]): CompiledQuery;
  due(kind: string, now: number, limit: number): CompiledQuery;
  count(kind: string, subject: string): CompiledQuery;
}

export function recordQueries(db: Kysely<Schema>, tenant: string): RecordQueries {
  const of = (kind: string, subject: string) =>
    db.selectFrom('tacit_record').where('tenant', '=', tenant).where('subject', '=', subject).where('kind', '=', kind);
  const ofKind = (kind: string) => db.selectFrom('tacit_record').select(COLUMNS).where('tenant', '=', tenant).where('kind', '=', kind);
  const insertion = ({ kind, subject, id, body, at, due }: NewRecord) =>
    db.insertInto('tacit_record').values({ tenant, kind, subject, id, body, at, due, version: 1 });
  const key = ['tenant', 'subject', 'kind', 'id'] as const;

  return {
    get: (kind, subject, id) => of(kind, subject).select(COLUMNS).where('id', '=', id).compile(),
    list(kind, subject, { limit, order = 'newest', after }) {
      const [direction, comparison] = order === 'newest' ? (['desc', '<'] as const) : (['asc', '>'] as const);
      let query = of(kind, subject).select(COLUMNS).orderBy('at', direction).orderBy('id', direction).limit(limit);
      if (after !== undefined) {
        query = query.where(({ eb, refTuple, tuple }) => eb(refTuple('at', 'id'), comparison, tuple(after.at, after.id)));
      }
      return query.compile();
    },
    listKind(kind, { limit, after }) {
      let query = ofKind(kind).orderBy('subject').orderBy('id').limit(limit);
      if (after !== undefined) {
        query = query.where(({ eb, refTuple, tuple }) => eb(refTuple('subject', 'id'), '>', tuple(after.subject, after.id)));
      }
      return query.compile();
    },
    insert: (record) =>
      insertion(record)
        .onConflict((conflict) => conflict.columns([...key]).doNothing())
        .compile(),
    upsert: (record) =>
      insertion(record)
        .onConflict((conflict) =>
          conflict.columns([...key]).doUpdateSet(({ eb, ref }) => ({
            body: ref('excluded.body'),
            at: ref('excluded.at'),
            due: ref('excluded.due'),
            version: eb('tacit_record.version', '+', 1),
          })),
        )
        .compile(),
    update: ({ kind, subject, id, body, at, due }, ifVersion) =>
      db
        .updateTable('tacit_record')
        .set({ body, at, due, version: ifVersion + 1 })
        .where('tenant', '=', tenant)
        .where('subject', '=', subject)
        .where('kind', '=', kind)
        .where('id', '=', id)
        .where('version', '=', ifVersion)
        .compile(),
    delete: (kind, subject, id) =>
      db
        .deleteFrom('tacit_record')
        .where('tenant', '=', tenant)
        .where('subject', '=', subject)
        .where('kind', '=', kind)
        .where('id', '=', id)
        .compile(),
    deleteSubject(subject, keep) {
      const query = db.deleteFrom('tacit_record').where('tenant', '=', tenant).where('subject', '=', subject);
      return (keep.length === 0 ? query : query.where('kind', 'not in', [...keep])).compile();
    },
    due: (kind, now, limit) =>
      ofKind(kind)
        .where('due', 'is not', null)
        .where('due', '<=', now)
        .orderBy('due')
        .orderBy('subject')
        .orderBy('id')
        .limit(limit)
        .compile(),
    count: (kind, subject) =>
      of(kind, subject)
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .compile(),
  };
}

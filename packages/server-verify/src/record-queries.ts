import type { CompiledQuery, Kysely } from 'kysely';
import type { DueLastOptions, ListOptions, NewRecord } from './store';

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
  /** As `upsert`, or as `update` where a version is given, of a record whose times stay as they are; changes no other. In SQLite's own words. */
  updateBody(record: NewRecord, ifVersion: number | undefined): CompiledQuery;
  delete(kind: string, subject: string, id: string): CompiledQuery;
  deleteSubject(subject: string, keep: readonly string[]): CompiledQuery;
  due(kind: string, now: number, limit: number): CompiledQuery;
  dueLast(kind: string, options: DueLastOptions): CompiledQuery;
  count(kind: string, subject: string): CompiledQuery;
}

/** Stands for a value in a statement that is compiled before the value is known. */
class Slot {
  constructor(readonly name: string) {}
}

const slot = <T>(name: string): T => new Slot(name) as T;

const KEY = { kind: slot<string>('kind'), subject: slot<string>('subject'), id: slot<string>('id') };
const RECORD: NewRecord = { ...KEY, body: slot<Uint8Array>('body'), at: slot<number>('at'), due: slot<number>('due') };
const LIMIT = slot<number>('limit');

/** Compiles a statement when it is first asked for, and from then on only fills in its values: building one anew costs more than running it. */
function compileOnce(build: () => { compile(): CompiledQuery }): (values: object) => CompiledQuery {
  let compiled: CompiledQuery | undefined;
  return (values) => {
    compiled ??= build().compile();
    const given = values as Readonly<Record<string, unknown>>;
    const parameters = compiled.parameters.map((parameter) => (parameter instanceof Slot ? given[parameter.name] : parameter));
    return { ...compiled, parameters };
  };
}

export function recordQueries(db: Kysely<Schema>, tenant: string): RecordQueries {
  const all = () => db.selectFrom('tacit_record').where('tenant', '=', tenant);
  const of = () => all().where('subject', '=', KEY.subject).where('kind', '=', KEY.kind);
  const ofKind = () => all().select(COLUMNS).where('kind', '=', KEY.kind);
  const insertion = () => db.insertInto('tacit_record').values({ tenant, ...RECORD, version: 1 });
  const key = ['tenant', 'subject', 'kind', 'id'] as const;

  const get = compileOnce(() => of().select(COLUMNS).where('id', '=', KEY.id));
  const list = (direction: 'asc' | 'desc') => {
    const ordered = () => of().select(COLUMNS).orderBy('at', direction).orderBy('id', direction).limit(LIMIT);
    const comparison = direction === 'desc' ? '<' : '>';
    const first = compileOnce(ordered);
    const next = compileOnce(() =>
      ordered().where(({ eb, refTuple, tuple }) =>
        eb(refTuple('at', 'id'), comparison, tuple(slot<number>('afterAt'), slot<string>('afterId'))),
      ),
    );
    return { first, next };
  };
  const newest = list('desc');
  const oldest = list('asc');
  const orderedKind = () => ofKind().orderBy('subject').orderBy('id').limit(LIMIT);
  const firstOfKind = compileOnce(orderedKind);
  const nextOfKind = compileOnce(() =>
    orderedKind().where(({ eb, refTuple, tuple }) =>
      eb(refTuple('subject', 'id'), '>', tuple(slot<string>('afterSubject'), slot<string>('afterId'))),
    ),
  );
  const insert = compileOnce(() => insertion().onConflict((conflict) => conflict.columns([...key]).doNothing()));
  const upsert = compileOnce(() =>
    insertion().onConflict((conflict) =>
      conflict.columns([...key]).doUpdateSet(({ eb, ref }) => ({
        body: ref('excluded.body'),
        at: ref('excluded.at'),
        due: ref('excluded.due'),
        version: eb('tacit_record.version', '+', 1),
      })),
    ),
  );
  const update = compileOnce(() =>
    db
      .updateTable('tacit_record')
      .set({ body: RECORD.body, at: RECORD.at, due: RECORD.due, version: slot<number>('version') })
      .where('tenant', '=', tenant)
      .where('subject', '=', KEY.subject)
      .where('kind', '=', KEY.kind)
      .where('id', '=', KEY.id)
      .where('version', '=', slot<number>('ifVersion')),
  );
  const sameTimes = () =>
    db
      .updateTable('tacit_record')
      .set(({ eb }) => ({ body: RECORD.body, version: eb('version', '+', 1) }))
      .where('tenant', '=', tenant)
      .where('subject', '=', KEY.subject)
      .where('kind', '=', KEY.kind)
      .where('id', '=', KEY.id)
      .where('at', '=', RECORD.at)
      .where('due', 'is', RECORD.due);
  const updateBody = compileOnce(sameTimes);
  const updateBodyOf = compileOnce(() => sameTimes().where('version', '=', slot<number>('ifVersion')));
  const remove = compileOnce(() =>
    db
      .deleteFrom('tacit_record')
      .where('tenant', '=', tenant)
      .where('subject', '=', KEY.subject)
      .where('kind', '=', KEY.kind)
      .where('id', '=', KEY.id),
  );
  const due = compileOnce(() =>
    ofKind()
      .where('due', 'is not', null)
      .where('due', '<=', slot<number>('now'))
      .orderBy('due')
      .orderBy('subject')
      .orderBy('id')
      .limit(LIMIT),
  );
  const latest = () =>
    ofKind().where('due', 'is not', null).orderBy('due', 'desc').orderBy('subject', 'desc').orderBy('id', 'desc').limit(LIMIT);
  const dueLast = compileOnce(latest);
  const dueBefore = compileOnce(() =>
    latest().where(({ eb, refTuple, tuple }) =>
      eb(refTuple('due', 'subject', 'id'), '<', tuple(slot<number>('afterDue'), slot<string>('afterSubject'), slot<string>('afterId'))),
    ),
  );
  const count = compileOnce(() => of().select(({ fn }) => fn.countAll<number>().as('count')));

  return {
    get: (kind, subject, id) => get({ kind, subject, id }),
    list(kind, subject, { limit, order = 'newest', after }) {
      const { first, next } = order === 'newest' ? newest : oldest;
      return after === undefined ? first({ kind, subject, limit }) : next({ kind, subject, limit, afterAt: after.at, afterId: after.id });
    },
    listKind: (kind, { limit, after }) =>
      after === undefined ? firstOfKind({ kind, limit }) : nextOfKind({ kind, limit, afterSubject: after.subject, afterId: after.id }),
    insert,
    upsert,
    updateBody: (record, ifVersion) => (ifVersion === undefined ? updateBody(record) : updateBodyOf({ ...record, ifVersion })),
    update: (record, ifVersion) => update({ ...record, version: ifVersion + 1, ifVersion }),
    delete: (kind, subject, id) => remove({ kind, subject, id }),
    deleteSubject(subject, keep) {
      const query = db.deleteFrom('tacit_record').where('tenant', '=', tenant).where('subject', '=', subject);
      return (keep.length === 0 ? query : query.where('kind', 'not in', [...keep])).compile();
    },
    due: (kind, now, limit) => due({ kind, now, limit }),
    dueLast: (kind, { limit, after }) =>
      after === undefined
        ? dueLast({ kind, limit })
        : dueBefore({ kind, limit, afterDue: after.due, afterSubject: after.subject, afterId: after.id }),
    count: (kind, subject) => count({ kind, subject }),
  };
}

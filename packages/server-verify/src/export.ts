import { type DefaultProfile, profileEntries } from '@tacit-auth/models';
import { type AuditEntry, readAudit } from './audit-log';
import { consentKind } from './consent';
import type { Context } from './context';
import { continuousKind } from './continuous/continuous-state';
import { stateFields, templateFields } from './continuous/session-export';
import { sessionSummaryKind } from './continuous/session-summary';
import { sessionTemplateKind } from './continuous/session-template';
import { customerKind, requireCustomer } from './customers';
import { faceHistoryKind } from './face-history';
import { type FaceSlot, faceTemplateKind, readFaceTemplate } from './face-template';
import { matrixCardKind } from './matrix-card';
import { defineRecordKind, type RecordKind, type Stored } from './record-kind';
import type { StoreRecord, StoreTransaction } from './store';
import { historyVectors, typingHistoryKind } from './typing-history';
import { typingSampleKind } from './typing-samples';
import { readTemplate, stateOf, type TemplateSlot, typingTemplateKind } from './typing-template';
import { isUnreadable } from './unreadable-record';

type Fields = Record<string, unknown>;

/**
 * Everything that is held of a customer, decoded. Plain JSON: no keys, no password hashes, no card digests. A record that can not be read is there by its place,
 * with `unreadable`: why (`ERR_RECORD_CORRUPT`, `ERR_TEMPLATE_VERSION`).
 */
export interface SubjectExport {
  format: 'tacit-export/1';
  /** Ms since the epoch, as every time in the export. */
  exportedAt: number;
  /** The host's id of the customer. */
  subject: string;
  customer: Fields;
  consent: Fields[];
  typing: { templates: Fields[]; history: Fields[]; samples: Fields[] };
  face: { templates: Fields[]; history: Fields[] };
  /** What sessions taught, sessions that are checked now, and what is left of those that are over. */
  sessionChecks: { templates: Fields[]; live: Fields[]; summaries: Fields[] };
  matrixCards: Fields[];
  /** Records of other kinds, by kind: sign-ins, sessions, alerts, mail and the like. */
  records: Record<string, Fields[]>;
  /** Oldest first. */
  audit: AuditEntry[];
}

interface ExportedKind {
  kind: RecordKind<Fields>;
  /** Digests, tokens and internal references that say nothing of the customer. */
  without: readonly string[];
}

const plain = (kind: string, sealedWith: 'root' | 'customer', without: readonly string[] = []): ExportedKind => ({
  kind: defineRecordKind<Fields>({ kind, sealedWith, parse: (value) => value as Fields }),
  without,
});

/** Kinds that need no decoding. A new kind that holds something of a customer is added here. */
const PLAIN_KINDS: readonly ExportedKind[] = [
  plain('sign-in', 'customer'),
  plain('alert', 'customer'),
  // The session is named by an id that says nothing.
  plain('text-challenge', 'customer'),
  plain('text-history', 'customer'),
  plain('alert-delivery', 'customer', ['sink']),
  // Without their text: it may hold a code that is good only for whoever reads the mailbox. Without their address: a mail about an alert goes to operators.
  plain('outbox', 'customer', ['message', 'to']),
  plain('mail', 'customer', ['text', 'to']),
  plain('session', 'root', ['browser', 'family', 'generation']),
  plain('registration', 'root', ['passwordHash', 'emailCode', 'answer', 'browser', 'outcome', 'decoy']),
  plain('confirmation', 'root'),
  plain('code-owed', 'root'),
  plain('evidence-seen', 'root', ['digests']),
  plain('reset', 'root', ['emailCode', 'loginName']),
  plain('card-collection', 'root', ['emailCode']),
  plain('notice', 'root', ['data']),
];

/** Everything that an export looks through, beside the audit chain. */
export const EXPORTED_KINDS: readonly string[] = [
  ...[
    customerKind,
    consentKind,
    typingTemplateKind,
    typingHistoryKind,
    typingSampleKind,
    faceTemplateKind,
    faceHistoryKind,
    sessionTemplateKind,
    continuousKind,
    sessionSummaryKind,
    matrixCardKind,
  ].map(({ kind }) => kind),
  ...PLAIN_KINDS.map(({ kind }) => kind.kind),
];

const PAGE = 1_000;

/**
 * Reads everything that is held of a customer, in one transaction but for the audit chain.
 *
 * @param subject the record subject (`ctx.subjectOf`).
 * @throws TacitServerError `ERR_SUBJECT_UNKNOWN`
 */
export async function exportSubject(ctx: Context, subject: string): Promise<SubjectExport> {
  const found = await ctx.store.transaction(async (tx) => {
    const { value: customer } = await requireCustomer(ctx, tx, subject);
    const records: Record<string, Fields[]> = {};
    for (const { kind, without } of PLAIN_KINDS) {
      const all = await readAll(ctx, tx, kind, subject, (stored) => omit({ ...referenceOf(stored), ...stored.value }, without));
      if (all.length > 0) {
        records[kind.kind] = all;
      }
    }
    return {
      customer: { ...omit({ ...customer }, ['loginNames']) },
      consent: await readAll(ctx, tx, consentKind, subject, ({ value }) => ({ ...value })),
      typing: await exportTyping(ctx, tx, subject),
      face: await exportFace(ctx, tx, subject),
      sessionChecks: {
        templates: await readAll(ctx, tx, sessionTemplateKind, subject, ({ value }) => templateFields(value)),
        live: await readAll(ctx, tx, continuousKind, subject, ({ id, value }) => ({ session: id, ...stateFields(value) })),
        summaries: await readAll(ctx, tx, sessionSummaryKind, subject, ({ id, value }) => ({ session: id, ...value })),
      },
      matrixCards: await exportCards(ctx, tx, subject),
      records,
    };
  });
  const { hostSubject, ...customer } = found.customer as Fields & { hostSubject: string };
  return {
    format: 'tacit-export/1',
    exportedAt: ctx.clock(),
    subject: hostSubject,
    ...found,
    customer,
    audit: await allAudit(ctx, subject),
  };
}

async function exportTyping(ctx: Context, tx: StoreTransaction, subject: string): Promise<SubjectExport['typing']> {
  const templates: Fields[] = [];
  for (const slot of ['current', 'pending'] satisfies TemplateSlot[]) {
    templates.push(
      ...(await readSlot(slot, async () => {
        const found = await readTemplate(ctx, tx, subject, slot);
        if (found === undefined) {
          return undefined;
        }
        const { profile, anchor, enrolment: _enrolment, ...figures } = found.template;
        return { state: stateOf(ctx, found.template), ...figures, entries: entriesOf(profile), anchorEntries: entriesOf(anchor) };
      })),
    );
  }
  const history = await readAll(
    ctx,
    tx,
    typingHistoryKind,
    subject,
    ({ id, value }) => {
      const { packed: _packed, ...figures } = value;
      const entries = historyVectors(value).map(({ hold, pressPress }) => ({ hold: [...hold], pressPress: [...pressPress] }));
      return { slot: slotOf(id), ...figures, entries };
    },
    ({ id }) => ({ slot: slotOf(id) }),
  );
  const place = ({ id, at }: Pick<StoreRecord, 'id' | 'at'>): Fields => ({ keptFor: id.slice(0, id.indexOf('.')), at });
  const samples = await readAll(ctx, tx, typingSampleKind, subject, (stored) => ({ ...place(stored), ...stored.value }), place);
  return { templates, history, samples };
}

const slotOf = (id: string): TemplateSlot => (id === 'pending' ? 'pending' : 'current');

/** The template of a slot, or why it can not be read; nothing where there is none. */
async function readSlot(slot: TemplateSlot, read: () => Promise<Fields | undefined>): Promise<Fields[]> {
  try {
    const fields = await read();
    return fields === undefined ? [] : [{ slot, ...fields }];
  } catch (error) {
    return [{ slot, ...reasonOf(error) }];
  }
}

/** @throws what it is given, where that says anything else than that a record can not be read */
function reasonOf(error: unknown): Fields {
  if (!isUnreadable(error)) {
    throw error;
  }
  return { unreadable: error.code };
}

/**
 * The entries of a profile, oldest first and each once, in ms, and how often each counts; without hold times where the device told no key-ups.
 */
function entriesOf(profile: DefaultProfile): Array<{ hold: number[]; pressPress: number[]; times: number }> {
  return profileEntries(profile).map(({ hold, pressPress }, i) => ({
    hold: [...hold],
    pressPress: [...pressPress],
    times: profile.counts[i] ?? 1,
  }));
}

async function exportFace(ctx: Context, tx: StoreTransaction, subject: string): Promise<SubjectExport['face']> {
  const templates: Fields[] = [];
  for (const slot of ['current', 'pending'] satisfies FaceSlot[]) {
    templates.push(
      ...(await readSlot(slot, async () => {
        const found = await readFaceTemplate(ctx, tx, subject, slot);
        if (found === undefined) {
          return undefined;
        }
        const { profile, enrolment: _enrolment, ...figures } = found.template;
        const { centre, spread, samples, descriptors } = profile;
        return { ...figures, samples, descriptors, spread, descriptor: [...centre] };
      })),
    );
  }
  const history = await readAll(
    ctx,
    tx,
    faceHistoryKind,
    subject,
    ({ value }) => {
      const { digests: _digests, context, ...figures } = value;
      const counts = (seen: ReadonlyArray<[string, number]>) => seen.map(([, count]) => count);
      // Pseudonyms say nothing to the customer; how often each place was seen does.
      const { of, browsers, networks, hours } = context;
      return { ...figures, signIns: of, browsers: counts(browsers), networks: counts(networks), hours };
    },
    () => ({}),
  );
  return { templates, history };
}

function exportCards(ctx: Context, tx: StoreTransaction, subject: string): Promise<Fields[]> {
  return readAll(
    ctx,
    tx,
    matrixCardKind,
    subject,
    ({ id, value }) => {
      const { record, ...figures } = value;
      return { slot: id, cardId: record.cardId, ...figures };
    },
    ({ id }) => ({ slot: id }),
  );
}

/** Every record of a kind as `fieldsOf` shows it; one that can not be read as `placeOf` does, and why. */
async function readAll<T>(
  ctx: Context,
  tx: StoreTransaction,
  kind: RecordKind<T>,
  subject: string,
  fieldsOf: (stored: Stored<T>) => Fields,
  placeOf: (record: StoreRecord) => Fields = referenceOf,
): Promise<Fields[]> {
  const all: Fields[] = [];
  let after: { at: number; id: string } | undefined;
  for (;;) {
    const page = await tx.list(kind.kind, subject, { limit: PAGE, order: 'oldest', ...(after === undefined ? {} : { after }) });
    for (const record of page) {
      try {
        all.push(fieldsOf(await kind.open(ctx, tx, record)));
      } catch (error) {
        all.push({ ...placeOf(record), ...reasonOf(error) });
      }
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) {
      return all;
    }
    after = { at: last.at, id: last.id };
  }
}

async function allAudit(ctx: Context, subject: string): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for (;;) {
    const last = entries.at(-1);
    const page = await readAudit(ctx, subject, { limit: PAGE, ...(last === undefined ? {} : { after: last.sequence }) });
    entries.push(...page);
    if (page.length < PAGE) {
      return entries.reverse();
    }
  }
}

const referenceOf = ({ id, at }: Pick<StoreRecord, 'id' | 'at'>): Fields => ({ id, at });

function omit(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

import type { EvidenceLevel, Facts, LiveSession, SessionEvidence } from '../../api/operator-types';
import { alertText } from '../../lib/alert-words';

/** What a session looks like, in words. */
const LEVELS: Readonly<Record<EvidenceLevel, string>> = {
  unsettled: 'Too early to say',
  low: 'Looks like the owner',
  medium: 'Doubtful',
  high: 'Somebody else?',
};

const RANK: Readonly<Record<EvidenceLevel, number>> = { high: 3, medium: 2, low: 1, unsettled: 0 };

const REASONS: Readonly<Record<string, string>> = {
  'typing-differs': 'types otherwise than the owner',
  'pointer-differs': 'moves the pointer otherwise',
  'unusual-context': 'unusual network or device',
  idle: 'nothing was seen for a while',
  'little-evidence': 'little was seen so far',
  replayed: 'typing or movements that came before, once more',
  untrusted: 'typing or movements that a program made',
};

const TEMPLATES: Readonly<Record<SessionEvidence['template'], string>> = {
  none: 'Nothing yet: this session is looked at to learn',
  young: 'A young template: nothing is decided by it yet',
  ready: 'A template of earlier sessions',
};

/** What an entry of the audit log tells; a type that this page does not know stands for itself. */
const ENTRIES: Readonly<Record<string, string>> = {
  'alert-acknowledged': 'Alert acknowledged',
  'alert-delivery-retried': 'Webhook sent again',
  'audit-verified': 'Audit log verified',
  'audit-viewed': 'Audit log looked at',
  'card-issued': 'Card re-issued',
  'customer-viewed': 'Customer looked at',
  'customers-viewed': 'List of customers looked at',
  'erased-entry': 'Of an erased customer: can not be read any more',
  'keys-rotated': 'Keys rotated',
  'mail-retried': 'Mail sent again',
  'operator-created': 'Operator made',
  registered: 'Customer made',
  'registration-discarded': 'Registration came to nothing',
  'registration-started': 'Registration begun',
  'session-ended': 'Session ended',
  'session-viewed': 'Session looked at',
  'sign-in-refused': 'Sign-in refused',
  throttled: 'Too many failed tries',
  'typing-retrained': 'Typing retrained',
};

/** What an entry tells beside its type; the same reason may mean something else of another type. */
const ENTRY_REASONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'audit-verified': { intact: 'it is whole', broken: 'it is broken' },
  'customer-viewed': { 'audit-log': 'the log', searched: 'found by sign-in address', templates: 'the templates' },
  'session-ended': { 'by-operator': 'by an operator' },
  'sign-in-refused': {
    automated: 'typed by a program',
    'card-collection': 'wrong details for a new card',
    credentials: 'wrong address or password',
    'typing-automated': 'right password, typed by a program',
    'typing-replayed': 'right password, a recorded sign-in',
  },
  throttled: { 'address-cap': 'from one network address', lifted: 'block of a sign-in name lifted' },
  'typing-retrained': { 'no-template': 'there is no template', retrained: 'the template is new', unchanged: 'nothing was changed' },
};

/** What the details of an alert or entry mean, by field and value. */
const FACTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  risk: { low: 'low risk', medium: 'medium risk', high: 'high risk' },
  action: {
    none: 'nothing was done',
    'step-up': 'the card was asked for',
    lock: 'the session was locked',
    terminate: 'the session was ended',
  },
  at: { 'text-challenge': 'in a text that was to be typed' },
  byCard: { true: 'signed in with the card', false: 'signed in without the card' },
  doubted: { true: 'while the session was in doubt', false: 'the session was not in doubt' },
  typing: {
    'enrol-again': 'typing must be set up again',
    none: 'no typing was known',
    'rolled-back': 'typing is as it was when the card last vouched for it',
    unchanged: 'typing had learned nothing since',
  },
};

/** Why a message was not delivered. */
const FAILURES: Readonly<Record<string, string>> = {
  ERR_ALERT_DELIVERY: 'The receiver could not be reached.',
  ERR_ALERT_REFUSED: 'The receiver refused it.',
  ERR_ALERT_SINK_UNKNOWN: 'No receiver of this name is set up.',
  ERR_ALERT_TIMEOUT: 'The receiver did not answer in time.',
  ERR_MAIL_DELIVERY: 'The mail server did not take it.',
};

export const failureWords = (code: string): string => FAILURES[code] ?? 'It failed.';

/** The name of a kind of message, such as `card-reported`, as a title. */
export const kindWords = (kind: string): string => kind.charAt(0).toUpperCase() + kind.slice(1).replaceAll('-', ' ');

export const levelWords = (level: EvidenceLevel): string => LEVELS[level];
export const reasonWords = (reason: string): string => REASONS[reason] ?? reason;
/** Reasons as a sentence of its own. */
export function reasonsSentence(reasons: readonly string[]): string {
  return sentence(reasons.map(reasonWords)) || 'Nothing speaks against it';
}

function sentence(parts: readonly string[]): string {
  const words = parts.join('; ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const templateWords = (template: SessionEvidence['template']): string => TEMPLATES[template];
export const entryWords = (type: string): string => ENTRIES[type] ?? type;

/** Beside its type: why, and what else there is to it but whom it names; '' where that is nothing. */
export function entryFacts({ type, reason, detail }: { type: string; reason: string | null; detail: Facts }): string {
  // Who is meant is told by name, and a session has no other name than its id.
  const { operator: _operator, subject: _subject, session: _session, code, scanned, rewrapped, ...rest } = detail;
  return sentence([
    ...(reason === null ? [] : [ENTRY_REASONS[type]?.[reason] ?? reason]),
    ...(code === undefined ? [] : [alertText(String(code))]),
    ...(scanned === undefined ? [] : [`${scanned} keys looked at`]),
    ...(rewrapped === undefined ? [] : [`${rewrapped} now under the current key`]),
    ...Object.entries(rest).map(factWords),
  ]);
}

/** An entry as it is chained, in codes and ids. */
export function entryAsWritten({ type, reason, detail }: { type: string; reason: string | null; detail: Facts }): string {
  return Object.entries({ type, ...(reason === null ? {} : { reason }), ...detail })
    .map(([field, value]) => `${field}: ${value}`)
    .join(', ');
}

/** The details of an alert in words; those that this page does not know stand for themselves. */
export const alertFacts = (detail: Facts): string => sentence(Object.entries(detail).map(factWords));

const factWords = ([field, value]: readonly [string, string | number | boolean]): string =>
  FACTS[field]?.[String(value)] ?? `${field}: ${value}`;

/** What is shown beside the name of a level, as a tag. */
export function levelTone(level: EvidenceLevel): 'tag' | 'tag tag-good' | 'tag tag-warning' | 'tag tag-danger' {
  return level === 'high' ? 'tag tag-danger' : level === 'medium' ? 'tag tag-warning' : level === 'low' ? 'tag tag-good' : 'tag';
}

/** A share of 1 as a whole number of hundredths. */
export const percent = (share: number): string => `${Math.round(share * 100)} %`;

export const nameOf = (session: Pick<LiveSession, 'name'>): string => session.name ?? 'Erased customer';

/** Those that need somebody's eyes first; among equals the one that began first, so that the list does not jump about. */
export function byUrgency(a: LiveSession, b: LiveSession): number {
  const rank = ({ evidence }: LiveSession): number => (evidence === null ? -1 : RANK[evidence.level]);
  return rank(b) - rank(a) || a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1);
}

/** What is asked of a session, or was done to it; null where that is nothing. */
export function measureWords({ state, stepUpNeeded }: Pick<LiveSession, 'state' | 'stepUpNeeded'>): string | null {
  if (state === 'ended') {
    return 'Over';
  }
  if (state === 'locked') {
    return 'Locked';
  }
  return stepUpNeeded ? 'Card asked for' : null;
}

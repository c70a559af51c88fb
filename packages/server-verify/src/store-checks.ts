import type { DueLastOptions, ListOptions, NewRecord } from './store';

/** Every bound of the store contract. */
export const STORE_LIMITS = Object.freeze({
  maxKindLength: 32,
  maxSubjectLength: 128,
  maxIdLength: 128,
  /** 1 MiB. */
  maxBodyBytes: 1_048_576,
  maxListLength: 1_000,
});

const KIND = /^[a-z-]{1,32}$/;
const SUBJECT = /^[A-Za-z0-9_.:-]{0,128}$/;
const ID = /^[A-Za-z0-9_.:-]{1,128}$/;

export function assertKind(kind: unknown, name = 'kind'): asserts kind is string {
  assertPattern(kind, name, KIND, '1-32 characters of a-z and -');
}

export function assertSubject(subject: unknown, name = 'subject'): asserts subject is string {
  assertPattern(subject, name, SUBJECT, 'at most 128 characters of A-Z a-z 0-9 _ . : -');
}

/** Records that belong to nobody are never deleted all at once. */
export function assertOwnedSubject(subject: unknown): asserts subject is string {
  assertSubject(subject);
  if (subject === '') {
    throw new RangeError('subject must not be empty: records that belong to nobody are deleted one by one');
  }
}

export function assertId(id: unknown, name = 'id'): asserts id is string {
  assertPattern(id, name, ID, '1-128 characters of A-Z a-z 0-9 _ . : -');
}

export function assertKey(kind: unknown, subject: unknown, id: unknown): void {
  assertKind(kind);
  assertSubject(subject);
  assertId(id);
}

export function assertTime(time: unknown, name: string): asserts time is number {
  if (typeof time !== 'number') {
    throw new TypeError(`${name} must be a number`);
  }
  if (!Number.isSafeInteger(time) || time < 0) {
    throw new RangeError(`${name} must be whole ms since the epoch`);
  }
}

export function assertLimit(limit: unknown): asserts limit is number {
  if (typeof limit !== 'number') {
    throw new TypeError('limit must be a number');
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > STORE_LIMITS.maxListLength) {
    throw new RangeError(`limit must be an integer from 1 to ${STORE_LIMITS.maxListLength}`);
  }
}

/** Checks a record before a store writes it. */
export function assertNewRecord(record: NewRecord): void {
  if (typeof record !== 'object' || record === null) {
    throw new TypeError('record must be an object');
  }
  assertKey(record.kind, record.subject, record.id);
  if (!(record.body instanceof Uint8Array)) {
    throw new TypeError('body must be a Uint8Array');
  }
  if (record.body.length > STORE_LIMITS.maxBodyBytes) {
    throw new RangeError(`body must have at most ${STORE_LIMITS.maxBodyBytes} bytes`);
  }
  assertTime(record.at, 'at');
  if (record.due !== null) {
    assertTime(record.due, 'due');
  }
}

/** Keeps apart installations that share a database. */
export function assertTenant(tenant: unknown): asserts tenant is string {
  assertPattern(tenant, 'tenant', /^[A-Za-z0-9_-]{1,64}$/, '1-64 characters of A-Z a-z 0-9 _ -');
}

export function assertNumberBetween(value: unknown, name: string, least: number, most: number): asserts value is number {
  if (typeof value !== 'number') {
    throw new TypeError(`${name} must be a number`);
  }
  if (!(value >= least && value <= most)) {
    throw new RangeError(`${name} must be from ${least} to ${most}`);
  }
}

export function assertIfVersion(ifVersion: unknown): void {
  if (ifVersion !== undefined && typeof ifVersion !== 'number') {
    throw new TypeError('ifVersion must be a number');
  }
  if (ifVersion !== undefined && !(Number.isSafeInteger(ifVersion) && (ifVersion as number) >= 0)) {
    throw new RangeError('ifVersion must be a whole number from 0');
  }
}

export function assertListOptions(options: ListOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('options must be an object');
  }
  assertLimit(options.limit);
  if (options.order !== undefined && options.order !== 'newest' && options.order !== 'oldest') {
    throw new RangeError('order must be newest or oldest');
  }
  if (options.after !== undefined) {
    assertTime(options.after.at, 'after.at');
    assertId(options.after.id, 'after.id');
  }
}

export function assertDueLastOptions(options: DueLastOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('options must be an object');
  }
  assertLimit(options.limit);
  if (options.after !== undefined) {
    assertTime(options.after.due, 'after.due');
    assertSubject(options.after.subject, 'after.subject');
    assertId(options.after.id, 'after.id');
  }
}

function assertPattern(value: unknown, name: string, pattern: RegExp, rule: string): void {
  if (typeof value !== 'string') {
    throw new TypeError(`${name} must be a string`);
  }
  if (!pattern.test(value)) {
    throw new RangeError(`${name} must be ${rule}`);
  }
}

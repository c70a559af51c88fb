export { ERROR_CODES, type ErrorCodeEntry, type ServerErrorCode } from './error-codes';
export { isTacitServerError, TacitServerError, type TacitServerErrorOptions } from './errors';
export type { Log, LogEvent } from './log';
export { memoryStore } from './memory-store';
export { definePolicy, type Policy, type PolicyOptions } from './policy';
export type { ListOptions, NewRecord, Store, StoreRecord, StoreTransaction } from './store';
export { STORE_LIMITS } from './store-checks';

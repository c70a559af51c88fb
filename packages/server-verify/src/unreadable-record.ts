import { isTacitServerError, type TacitServerError } from './errors';

/** Why a record can not be read. `ERR_RECORD_CORRUPT`: it is damaged. `ERR_TEMPLATE_VERSION`: a later version wrote it. */
export type UnreadableCode = 'ERR_RECORD_CORRUPT' | 'ERR_TEMPLATE_VERSION';

/** Takes the place of what is known of a record that can not be read. */
export interface UnreadableRecord {
  state: 'unreadable';
  code: UnreadableCode;
}

/** In the place of an inspection: none of its other fields is there. */
export type UnreadableOf<Inspection> = UnreadableRecord & { readonly [Field in Exclude<keyof Inspection, 'state'>]?: never };

/** Whether a record can not be read: it is damaged, or a later version wrote it. */
export function isUnreadable(error: unknown): error is TacitServerError & { readonly code: UnreadableCode } {
  return isTacitServerError(error, 'ERR_RECORD_CORRUPT') || isTacitServerError(error, 'ERR_TEMPLATE_VERSION');
}

/** Whether it is wrong with the records or the key of one customer, and with nobody else's: the key provider has unwrapped the root key. */
export function isOfOneCustomer(error: unknown): error is TacitServerError {
  return isUnreadable(error) || isTacitServerError(error, 'ERR_DATA_KEY_ERASED') || isTacitServerError(error, 'ERR_KEY_WRONG');
}

/** What was read, or by which code it can not be. Any other error is thrown. */
export async function orUnreadable<T>(reading: Promise<T>): Promise<T | UnreadableRecord> {
  try {
    return await reading;
  } catch (error) {
    if (!isUnreadable(error)) {
      throw error;
    }
    return { state: 'unreadable', code: error.code };
  }
}

/** What was read; undefined, as where there is none, for what can not be read, its customer's key included. */
export async function ifReadable<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (!isOfOneCustomer(error)) {
      throw error;
    }
    return undefined;
  }
}

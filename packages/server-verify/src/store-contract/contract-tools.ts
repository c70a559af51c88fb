import type { NewRecord, Store, StoreRecord, StoreTransaction } from '../store';

/** One fresh, empty store, and other ways to the same data where the engine has them. */
export interface StoreUnderTest {
  store: Store;
  /** A second, independent store on the same data, as another server would open it. */
  another?: () => Promise<Store>;
  /** Closes everything and deletes the data. */
  dispose(): Promise<void>;
}

/** What the contract needs of a test runner. Vitest's own will do; under `node:test` give an `expect` over `assert.deepStrictEqual`. */
export interface StoreContractTools {
  describe: (name: string, body: () => void) => unknown;
  it: (name: string, body: () => Promise<void>) => unknown;
  expect: (actual: unknown) => { toEqual(expected: unknown): unknown };
}

export type Expect = StoreContractTools['expect'];
export type Case = [name: string, run: (given: StoreUnderTest) => Promise<void>];

export const KIND = 'sign-in';
export const ALICE = 'alice';
export const BOB = 'bob';

export function record(part: Partial<NewRecord>): NewRecord {
  return { kind: KIND, subject: ALICE, id: 'a', body: text('{}'), at: 0, due: null, ...part };
}

export async function fill(store: Store, parts: ReadonlyArray<Partial<NewRecord>>): Promise<void> {
  await store.transaction(async (tx) => {
    for (const part of parts) {
      await tx.insert(record(part));
    }
  });
}

export async function increment(store: Store): Promise<void> {
  await store.transaction(async (tx) => {
    const found = await tx.get(KIND, ALICE, 'counter');
    const value = found === undefined ? 0 : Number(new TextDecoder().decode(found.body));
    await tx.put(record({ id: 'counter', body: text(String(value + 1)) }));
  });
}

export async function counter(store: Store): Promise<number> {
  const found = await store.transaction((tx) => tx.get(KIND, ALICE, 'counter'));
  return Number(new TextDecoder().decode(found?.body));
}

export async function pages(
  list: (tx: StoreTransaction, after: { at: number; id: string } | undefined) => Promise<StoreRecord[]>,
  store: Store,
): Promise<string[]> {
  const ids: string[] = [];
  let after: StoreRecord | undefined;
  do {
    const page = await store.transaction((tx) => list(tx, after));
    ids.push(...page.map(({ id }) => id));
    after = page.at(-1);
  } while (after !== undefined);
  return ids;
}

export async function rejection(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  return new Error('nothing was thrown');
}

export const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;
export const text = (value: string): Uint8Array => new TextEncoder().encode(value);

import { boundCases } from './bound-cases';
import type { StoreContractTools, StoreUnderTest } from './contract-tools';
import { listCases } from './list-cases';
import { recordCases } from './record-cases';
import { transactionCases } from './transaction-cases';

/**
 * The contract test of a store: run it on your own, and Tacit can keep its records there.
 *
 * @param name of the store, for the report
 * @param makeStore makes a fresh one for each test; the contract migrates it
 */
export function storeContract(name: string, makeStore: () => Promise<StoreUnderTest>, { describe, it, expect }: StoreContractTools): void {
  const cases = [...recordCases(expect), ...listCases(expect), ...transactionCases(expect), ...boundCases(expect)];
  describe(`store contract: ${name}`, () => {
    for (const [title, run] of cases) {
      it(title, async () => {
        const given = await makeStore();
        try {
          await given.store.migrate();
          await run(given);
        } finally {
          await given.dispose();
        }
      });
    }
  });
}

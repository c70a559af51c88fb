import { newIdempotencyKey } from '@tacit-auth/capture/transport';
import type { Client, PostOptions } from './client';
import type { Account, Mail, Transaction, TransferCheck, TransferDone, TransferOrder } from './types';

const PAGE_SIZE = 20;

/** The calls of the bank itself, by name. */
export function bankCalls(client: Client) {
  const signalOf = (signal: AbortSignal | undefined): { signal?: AbortSignal } => (signal ? { signal } : {});
  return {
    accounts: async (signal?: AbortSignal) => (await client.get<{ accounts: Account[] }>('/api/accounts', signalOf(signal))).accounts,
    transactions: (account: string, options: { before?: string | null; limit?: number; signal?: AbortSignal } = {}) => {
      const query = new URLSearchParams({ limit: String(options.limit ?? PAGE_SIZE) });
      if (options.before) {
        query.set('before', options.before);
      }
      return client.get<{ transactions: Transaction[]; next: string | null }>(
        `/api/accounts/${encodeURIComponent(account)}/transactions?${query}`,
        signalOf(options.signal),
      );
    },
    writeNote: async (account: string, transaction: string, note: string, options: PostOptions) =>
      (
        await client.post<{ note: string }>(
          `/api/accounts/${encodeURIComponent(account)}/transactions/${encodeURIComponent(transaction)}/note`,
          { note },
          options,
        )
      ).note,
    statementPath: (account: string) => `/api/accounts/${encodeURIComponent(account)}/statement.csv`,
    // Nothing is written: the key lets the transport repeat it.
    checkTransfer: (order: TransferOrder) =>
      client.post<TransferCheck>('/api/transfers/check', order, { idempotencyKey: newIdempotencyKey() }),
    transfer: async (order: TransferOrder & { confirmation?: string }, options: PostOptions) =>
      (await client.post<{ transfer: TransferDone }>('/api/transfers', order, options)).transfer,
    mailbox: async (email: string, signal?: AbortSignal) =>
      (await client.get<{ mails: Mail[] }>(`/api/mailbox?${new URLSearchParams({ email })}`, signalOf(signal))).mails,
  };
}

export type BankCalls = ReturnType<typeof bankCalls>;

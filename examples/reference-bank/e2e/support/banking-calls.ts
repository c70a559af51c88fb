import type { Answer, HttpClient } from './http-client';

/** Every route of the bank that shows or moves money, with what a customer would send. */
export async function bankingCalls(client: HttpClient, { id, payee }: { id: string; payee: string }): Promise<Record<string, Answer>> {
  const order = { from: id, to: payee, amount: 100, reference: '' };
  return {
    accounts: await client.get('/api/accounts'),
    transactions: await client.get(`/api/accounts/${id}/transactions`),
    statement: await client.get(`/api/accounts/${id}/statement.csv`),
    check: await client.post('/api/transfers/check', order),
    transfer: await client.post('/api/transfers', order, { 'idempotency-key': 'banking-call' }),
  };
}

/** How each of them was answered: the status and the code of the refusal. */
export async function bankingAnswers(client: HttpClient, account: { id: string; payee: string }): Promise<Record<string, string>> {
  const answers = Object.entries(await bankingCalls(client, account));
  return Object.fromEntries(answers.map(([name, { status, body }]) => [name, `${status} ${body.error?.code ?? 'OK'}`]));
}

/** The answers of a session that may not bank at all. */
export const allRefused = (answer: string) => ({
  accounts: answer,
  transactions: answer,
  statement: answer,
  check: answer,
  transfer: answer,
});

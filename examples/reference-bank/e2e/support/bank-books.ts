import pg from 'pg';

/** What the bank's tables say, read past its servers. */
export class BankBooks {
  readonly #pool: pg.Pool;

  constructor(databaseUrl: string) {
    this.#pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  /** Every balance is the sum of its entries, each transfer is two entries that add up to nothing, and all balances together are nothing. */
  async faults(): Promise<{ total: number; wrongBalances: string[]; halves: string[] }> {
    const total = await this.#rows<{ total: string }>('select coalesce(sum(balance), 0) as total from accounts');
    const wrong = await this.#rows<{ id: string }>(
      'select a.id from accounts a where a.balance <> (select coalesce(sum(e.amount), 0) from entries e where e.account = a.id)',
    );
    const halves = await this.#rows<{ transfer: string }>(
      'select transfer from entries group by transfer having count(*) <> 2 or sum(amount) <> 0',
    );
    return { total: Number(total[0]?.total), wrongBalances: wrong.map(({ id }) => id), halves: halves.map(({ transfer }) => transfer) };
  }

  /** Amounts of what left an account, by the key that it was ordered with. */
  async transfersFrom(account: string): Promise<Array<{ key: string; amount: number }>> {
    const rows = await this.#rows<{ idempotency_key: string; amount: string }>(
      'select idempotency_key, amount from transfers where from_account = $1 order by amount',
      [account],
    );
    return rows.map(({ idempotency_key: key, amount }) => ({ key, amount: Number(amount) }));
  }

  /** Entries of an account, beside the opening balance. */
  async entriesOf(account: string): Promise<number[]> {
    const rows = await this.#rows<{ amount: string }>('select amount from entries where account = $1 order by id', [account]);
    return rows.slice(1).map(({ amount }) => Number(amount));
  }

  async #rows<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.#pool.query<Row>(text, values)).rows;
  }
}

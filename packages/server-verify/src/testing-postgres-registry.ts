import type { StoreTransaction } from './store';

/** The server that test processes of one checkout share. */
export interface TestServer {
  /** Of the process that looks after it. */
  pid: number;
  url: string;
  /** Processes for which it is kept; when all have ended, so does it. */
  owners: number[];
}

const KEY = { kind: 'test-server', subject: '', id: 'postgres' } as const;

export async function readServer(tx: StoreTransaction): Promise<TestServer | undefined> {
  const record = await tx.get(KEY.kind, KEY.subject, KEY.id);
  return record && (JSON.parse(new TextDecoder().decode(record.body)) as TestServer);
}

export async function writeServer(tx: StoreTransaction, server: TestServer): Promise<void> {
  await tx.put({ ...KEY, body: new TextEncoder().encode(JSON.stringify(server)), at: 0, due: null });
}

export async function forgetServer(tx: StoreTransaction): Promise<void> {
  await tx.delete(KEY.kind, KEY.subject, KEY.id);
}

/** Whether there is a process of that number, whoever's it is. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

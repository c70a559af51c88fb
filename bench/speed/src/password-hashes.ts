import { hashPassword, verifyPassword } from '@tacit-auth/crypto';
import { measureAsync } from './measure';
import type { AsyncMeasurement } from './report';

const PASSWORD = 'four-lanterns-and-a-mill';

/** For scale: what the password costs beside everything else. One at a time, on the thread pool. */
export async function measurePasswordHashes(): Promise<AsyncMeasurement[]> {
  const stored = await hashPassword(PASSWORD);
  const options = { prepare: () => PASSWORD, runsPerBatch: 2 };
  return [
    await measureAsync('Argon2id hash (19 MiB, 2 passes)', (password) => hashPassword(password), options),
    await measureAsync('Argon2id verify', (password) => verifyPassword({ password, hash: stored }), options),
  ];
}

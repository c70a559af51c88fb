import type { Answer, HttpClient } from './http-client';
import { PATIENCE_MS } from './patience';

/** Posts until an answer comes: a server that is gone or still busy with the first try is asked again, with the same key. */
export async function persistentPost(client: HttpClient, path: string, body: unknown, idempotencyKey: string): Promise<Answer> {
  const started = performance.now();
  for (;;) {
    try {
      const answer = await client.post(path, body, { 'idempotency-key': idempotencyKey });
      if (answer.body.error?.code !== 'ERR_CHALLENGE_BUSY') return answer;
    } catch (cause) {
      if (performance.now() - started > PATIENCE_MS) throw new Error(`${path} was not answered`, { cause });
    }
    if (performance.now() - started > PATIENCE_MS) throw new Error(`${path} stayed busy`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

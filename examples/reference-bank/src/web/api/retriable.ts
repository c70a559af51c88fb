import { ApiError } from './api-error';

export interface Retriable<Body, Answer> {
  /**
   * Sends a body. While it is open whether the server has acted on the last one, the same `intent` sends that very body with its
   * very key again; any other intent, or a settled one, makes a body and a key anew.
   */
  submit(intent: string, makeBody: () => Body | Promise<Body>): Promise<Answer>;
}

/**
 * One deed, one idempotency key: a retry after a lost answer must be recognised by the server as the same submit.
 */
export function createRetriable<Body, Answer>(options: {
  newKey: () => string;
  send: (body: Body, idempotencyKey: string) => Promise<Answer>;
}): Retriable<Body, Answer> {
  let open: { intent: string; body: Body; key: string } | undefined;
  return {
    async submit(intent, makeBody) {
      const current = open?.intent === intent ? open : { intent, body: await makeBody(), key: options.newKey() };
      open = current;
      try {
        const answer = await options.send(current.body, current.key);
        open = undefined;
        return answer;
      } catch (error) {
        if (!(error instanceof ApiError) || !error.isOpen) {
          open = undefined;
        }
        throw error;
      }
    },
  };
}

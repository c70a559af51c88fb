import type { CoarseState, EvidenceAnswer, EvidenceBatch, EvidenceOpening } from '@tacit-auth/features';
import { idOf, openingOf, STREAM } from './evidence-samples.test-support';

/** What a request comes to: an answer, or a refusal with its status. */
export type ServerReply =
  | { status: 200; body: EvidenceOpening | EvidenceAnswer }
  | { status: number; body: { error: { code: string; message: string; expected?: number } } };

/** Keeps the rule of the contract, and notes what took effect. What it keeps outlives its restarts. */
export interface ModelServer {
  /** Ids of the batches that took effect, in order. */
  readonly effects: number[];
  /** Numbers under which two different batches came. */
  readonly collisions: number[];
  state: CoarseState;
  last: number;
  handle(path: string, body: unknown): ServerReply;
}

export function modelServer(): ModelServer {
  const seen = new Map<number, string>();
  const server: ModelServer = {
    effects: [],
    collisions: [],
    state: 'on',
    last: 0,
    handle(path, body) {
      if (path.endsWith('/open')) {
        return { status: 200, body: openingOf({ next: server.last + 1, state: server.state }) };
      }
      const batch = body as EvidenceBatch;
      const { seq, floor, stream, typing, pointer } = batch;
      const contents = JSON.stringify([typing, pointer]);
      if ((seen.get(seq) ?? contents) !== contents) {
        server.collisions.push(seq);
      }
      seen.set(seq, contents);
      if (stream !== STREAM) {
        return { status: 409, body: { error: { code: 'ERR_EVIDENCE_UNKNOWN', message: 'no such stream' } } };
      }
      if (seq > server.last) {
        if (Math.max(server.last, floor) !== seq - 1) {
          return { status: 409, body: { error: { code: 'ERR_EVIDENCE_GAP', message: 'a batch is missing', expected: server.last + 1 } } };
        }
        server.last = seq;
        server.effects.push(idOf(batch));
      }
      return { status: 200, body: { version: 1, stream, seq: server.last, state: server.state } };
    },
  };
  return server;
}

/** The same for many streams: one that the tabs share, and those of tabs that share none. */
export function modelOfStreams(): { handle: ModelServer['handle']; streams: Map<string, ModelServer>; effects(): number } {
  const streams = new Map([[STREAM, modelServer()]]);
  return {
    streams,
    effects: () => [...streams.values()].reduce((sum, { effects }) => sum + effects.length, 0),
    handle(path, body) {
      const { own, stream = STREAM } = body as { own?: boolean; stream?: string };
      if (path.endsWith('/open')) {
        const id = own ? String(streams.size).padStart(22, 'B') : STREAM;
        const server = streams.get(id) ?? modelServer();
        streams.set(id, server);
        return { status: 200, body: { ...server.handle(path, body).body, stream: id } as EvidenceOpening };
      }
      const server = streams.get(stream);
      // Each is a server that knows its own stream by the same name.
      const reply = (server ?? modelServer()).handle(path, { ...(body as EvidenceBatch), stream: server ? STREAM : '' });
      return reply.status === 200 ? { status: 200, body: { ...reply.body, stream } as EvidenceAnswer } : reply;
    },
  };
}

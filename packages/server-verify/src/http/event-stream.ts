import type { Flows } from '../flows';
import type { ConsoleChange } from '../flows/events';
import type { FlowResult, SessionGrant } from '../flows/types';

/** Bytes that wait for a reader. What comes while it is behind is dropped, and it is told to look at everything once it has caught up. */
const MOST_WAITING_BYTES = 32_768;
/** Heartbeats that a reader may be behind before it is let go of: a minute. */
const MOST_BEATS_BEHIND = 4;

const encoder = new TextEncoder();
const RESYNC: ConsoleChange = { topic: 'any', id: '' };

/**
 * What an operator's console hears, as server-sent events: `change` with `{ topic, id }`, `end` with `{ code }` as the last, and a comment every 15 s. A
 * reader that is gone is noticed when the stream is cancelled. A server that goes down ends it without `end`: a browser then connects again.
 */
export async function openEventStream(flows: Flows, session: SessionGrant): Promise<FlowResult<ReadableStream<Uint8Array>>> {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let stop: () => void = () => undefined;
  let lost = false;
  let behind = 0;

  function put(text: string): void {
    controller?.enqueue(encoder.encode(text));
  }

  const hasRoom = (): boolean => (controller?.desiredSize ?? 0) > 0;

  function close(): void {
    stop();
    controller?.close();
    controller = undefined;
  }

  function tell(changes: readonly ConsoleChange[]): void {
    if (lost || !hasRoom()) {
      lost = true;
      return;
    }
    put(changes.map(eventOf).join(''));
  }

  function catchUp(): void {
    if (lost && hasRoom()) {
      lost = false;
      put(eventOf(RESYNC));
    }
  }

  const stream = new ReadableStream<Uint8Array>(
    {
      start(given) {
        controller = given;
        // A browser connects again after so many ms.
        put('retry: 2000\n\n');
      },
      pull: catchUp,
      cancel() {
        controller = undefined;
        stop();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: MOST_WAITING_BYTES }),
  );

  const subscribed = await flows.events.subscribe({
    session,
    listener: tell,
    onEnd({ code }) {
      if (code !== 'ERR_SERVER_CLOSING') {
        put(`event: end\ndata: ${JSON.stringify({ code })}\n\n`);
      }
      close();
    },
    onBeat() {
      if (hasRoom()) {
        behind = 0;
        put(':\n\n');
      } else if (++behind >= MOST_BEATS_BEHIND) {
        close();
      }
    },
  });
  if (!subscribed.ok) {
    return subscribed;
  }
  stop = subscribed.body;
  return { ok: true, body: stream };
}

/** Topics and ids have neither line breaks nor anything that JSON would not hold on one line. */
function eventOf({ topic, id }: ConsoleChange): string {
  return `event: change\ndata: ${JSON.stringify({ topic, id })}\n\n`;
}

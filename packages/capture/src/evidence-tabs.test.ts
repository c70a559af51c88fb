import { expect, it } from 'vitest';
import { evidenceTabs, type TabMessage } from './evidence-tabs';
import { STREAM } from './evidence-test-support';

/** As a browser's: it throws once it is closed. */
class Channel {
  static open: Channel[] = [];
  onmessage: ((event: { data: unknown }) => void) | null = null;
  readonly told: unknown[] = [];
  #isClosed = false;
  constructor(readonly name: string) {
    Channel.open.push(this);
  }
  postMessage(message: unknown): void {
    if (this.#isClosed) {
      throw new DOMException('closed', 'InvalidStateError');
    }
    this.told.push(message);
  }
  close(): void {
    this.#isClosed = true;
  }
}

const queued: TabMessage = { type: 'queued', stream: STREAM };

it('tells until it is closed, and nobody after it', () => {
  const tabs = evidenceTabs('name', Channel as unknown as typeof BroadcastChannel, () => undefined);
  tabs.tell(queued);
  tabs.close();
  tabs.tell({ type: 'sending', stream: STREAM });
  expect(Channel.open.at(-1)?.told).toEqual([queued]);
});

it('hears what tabs tell each other, and nothing else', () => {
  const heard: TabMessage[] = [];
  evidenceTabs('name', Channel as unknown as typeof BroadcastChannel, (message) => heard.push(message));
  const state = { type: 'state', stream: STREAM, state: 'locked' };
  const reachable = { type: 'reachable', stream: STREAM, reachable: false };
  for (const data of [
    null,
    7,
    'queued',
    { type: 'queued' },
    { type: 'other', stream: STREAM },
    { ...state, state: 'fine' },
    { ...reachable, reachable: 'no' },
    queued,
    state,
    reachable,
  ]) {
    Channel.open.at(-1)?.onmessage?.({ data });
  }
  expect(heard).toEqual([queued, state, reachable]);
});

it('does without where there are no channels', () => {
  const tabs = evidenceTabs('name', undefined, () => undefined);
  tabs.tell(queued);
  tabs.close();
});

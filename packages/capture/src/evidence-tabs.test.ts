import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, it } from 'vitest';
import { STREAM } from './evidence-samples.test-support';
import { evidenceTabs } from './evidence-tabs';
import { fakeChannels } from './fake-channels.test-support';
import { mortalPage } from './mortal-page.test-support';
import { manualTime } from './test-support';

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

interface TabOptions {
  isSending?: boolean;
  /** null has none. */
  stream?: string | null;
}

/** A tab that notes what it hears. */
function tabOf(BroadcastChannel: unknown, { isSending = false, stream = STREAM }: TabOptions = {}) {
  const heard: unknown[] = [];
  const tabs = evidenceTabs({
    name: 'test',
    BroadcastChannel: BroadcastChannel as typeof globalThis.BroadcastChannel | undefined,
    stream: () => stream ?? undefined,
    onQueued() {
      heard.push('queued');
      return isSending;
    },
    onSender: () => heard.push('sender'),
    onState: (state) => heard.push(state),
    onReachable: (reachable) => heard.push(reachable),
  });
  return { tabs, heard };
}

/** Opens tabs that hear each other. */
function setup(): (options?: TabOptions) => ReturnType<typeof tabOf> {
  const BroadcastChannel = fakeChannels().of(mortalPage(manualTime(), new IDBFactory()));
  return (options) => tabOf(BroadcastChannel, options);
}

const calm = () => new Promise((resolve) => setImmediate(resolve));

describe('evidenceTabs', () => {
  it('tells until it is closed, and nobody after it', () => {
    const { tabs, heard } = tabOf(Channel);
    const { onmessage, told } = Channel.open.at(-1)!;
    tabs.queued(STREAM);
    tabs.close();
    tabs.queued(STREAM);
    tabs.state('confirm');
    tabs.reach(false);
    // On its way when it was closed.
    onmessage?.({ data: { type: 'queued', stream: STREAM } });
    expect([told, heard, tabs.reachable]).toEqual([[{ type: 'queued', stream: STREAM }], [], true]);
  });

  it('hears what tabs tell each other, and nothing else', () => {
    const { heard } = tabOf(Channel);
    const queued = { type: 'queued', stream: STREAM };
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
    expect(heard).toEqual(['queued', 'sender', 'locked', 'sender', false]);
  });

  it('does without where there are no channels', () => {
    const { tabs, heard } = tabOf(undefined);
    tabs.queued(STREAM);
    tabs.reach(false);
    tabs.close();
    expect([heard, tabs.reachable]).toEqual([[false], false]);
  });

  it('brings what is queued to the tab that sends, which shows that it is there', async () => {
    const tab = setup();
    const [sender, first, second] = [tab({ isSending: true }), tab(), tab()];
    first.tabs.queued(STREAM);
    await calm();
    expect([sender.heard, first.heard, second.heard]).toEqual([['queued'], ['sender'], ['queued', 'sender']]);
  });

  it('brings what the server said to the other tabs', async () => {
    const tab = setup();
    const [sender, other] = [tab({ isSending: true }), tab()];
    sender.tabs.state('confirm');
    await calm();
    expect([sender.heard, other.heard]).toEqual([[], ['sender', 'confirm']]);
  });

  it('lets all tabs know whether the server is reached, once each time that it changes', async () => {
    const tab = setup();
    const [sender, other] = [tab({ isSending: true }), tab()];
    sender.tabs.reach(true);
    sender.tabs.reach(false);
    sender.tabs.reach(false);
    await calm();
    expect([sender.heard, other.heard]).toEqual([[false], ['sender', false]]);
    expect([sender.tabs.reachable, other.tabs.reachable]).toEqual([false, false]);
    // The turn may have passed on.
    other.tabs.reach(true);
    await calm();
    expect([sender.heard, other.heard]).toEqual([
      [false, 'sender', true],
      ['sender', false, true],
    ]);
  });

  it('is of one stream: what tabs of another one, or of none, find is for them alone', async () => {
    const tab = setup();
    const each = [tab(), tab({ stream: 'BBBBBBBBBBBBBBBBBBBBBB' }), tab({ stream: null })];
    for (const { tabs } of each) {
      tabs.state('locked');
      tabs.reach(false);
    }
    await calm();
    expect(each.map(({ heard }) => heard)).toEqual([[false], [false], [false]]);
  });
});

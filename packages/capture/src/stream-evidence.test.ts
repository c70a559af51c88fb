import { type EvidenceBatch, parseEvidenceBatch } from '@tacit-auth/features';
import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import 'idb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { STREAM } from './evidence-samples.test-support';
import { fakeChannels } from './fake-channels.test-support';
import { fakeLocks } from './fake-locks.test-support';
import { type ModelServer, modelOfStreams, modelServer } from './model-server.test-support';
import { type MortalPage, mortalPage, settled } from './mortal-page.test-support';
import { seededChance } from './seeded-chance.test-support';
import { type EvidenceStream, type StreamEvidenceOptions, streamEvidence } from './stream-evidence';
import { at, countListeners, type FieldDriver, fieldDriver, type ManualTime, manualTime, typeText } from './test-support';
import { network } from './unreliable-network.test-support';

const pages: MortalPage[] = [];

type Tab = ReturnType<Setup['tab']>;

interface Setup {
  time: ManualTime;
  server: ModelServer;
  /** Batches as the server got them. */
  batches: EvidenceBatch[];
  net: ReturnType<typeof network>;
  factory: IDBFactory;
  tab(change?: Partial<StreamEvidenceOptions>): {
    stream: EvidenceStream;
    states: string[];
    errors: string[];
    page: MortalPage;
    crash(): void;
  };
  locks: ReturnType<typeof fakeLocks>;
  /** Time passes in steps of 50 ms, and all that does not know it comes to rest between them. */
  pass(ms: number): Promise<void>;
}

function setup(): Setup {
  const time = manualTime(1_000);
  const server = modelServer();
  const batches: EvidenceBatch[] = [];
  const { handle } = server;
  server.handle = (path, body) => {
    if (path.endsWith('/batch')) {
      batches.push(body as EvidenceBatch);
    }
    return handle(path, body);
  };
  const net = network({ time, chance: seededChance(1), server, dropped: 0, twice: 0, longest: 20 });
  const factory = new IDBFactory();
  const locks = fakeLocks();
  const channels = fakeChannels();
  return {
    ...{ time, server, batches, net, factory, locks },
    tab(change = {}) {
      const page = mortalPage(time, factory);
      pages.push(page);
      const states: string[] = [];
      const errors: string[] = [];
      const stream = streamEvidence({
        url: '/auth/continuous',
        onState: (state) => states.push(state),
        onError: ({ code }) => errors.push(code),
        ...{ clock: time.clock, timer: page.timer, indexedDB: page.indexedDB, crypto: page.crypto },
        ...{ locks: locks.of(page), BroadcastChannel: channels.of(page), fetch: net.fetchOf(page), WebSocket: net.socketOf(page) },
        ...change,
      });
      const crash = () => {
        page.kill(true);
        locks.release(page);
      };
      return { stream, states, errors, page, crash };
    },
    async pass(ms) {
      for (let passed = 0; passed < ms; passed += 50) {
        time.advance(50);
        await settled(() => pages);
      }
    },
  };
}

function point(x: number, time: number, type = 'pointermove', target: EventTarget = document.body): void {
  const event = new PointerEvent(type, {
    bubbles: true,
    composed: true,
    isPrimary: true,
    pointerType: 'mouse',
    clientX: x,
    clientY: 10,
  } as never);
  target.dispatchEvent(at(event, time));
}

/** Moves of one second, each recorded. */
function move(time: ManualTime, events = 20): void {
  for (let i = 0; i < events; i++) {
    point(i, time.now + i * 50);
  }
}

function show(visibility: 'visible' | 'hidden'): void {
  Object.defineProperty(document, 'visibilityState', { value: visibility, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}

/** Types a window's worth of keys. */
function write(driver: FieldDriver<HTMLInputElement>, time: ManualTime): void {
  typeText(driver, 'a window of fifty keys is what this line of words gives', time.now, 10, 8);
}

async function kept(factory: IDBFactory): Promise<number> {
  if ((await factory.databases()).length === 0) {
    return 0;
  }
  const database = await new Promise<IDBDatabase>((resolve) => {
    const request = factory.open('tacit-evidence');
    request.onsuccess = () => resolve(request.result);
  });
  const counts = [...database.objectStoreNames].map(
    (name) =>
      new Promise<number>((resolve) => {
        const request = database.transaction(name).objectStore(name).count();
        request.onsuccess = () => resolve(request.result);
      }),
  );
  const sum = (await Promise.all(counts)).reduce((all, count) => all + count, 0);
  database.close();
  return sum;
}

afterEach(() => {
  pages.length = 0;
  show('visible');
  document.body.replaceChildren();
});

describe('before start()', () => {
  it('nothing is listened to, sent, kept or timed', async () => {
    const listeners = countListeners(document, window, document.body);
    const { tab, time, net, factory, pass } = setup();
    const driver = fieldDriver();
    const field = countListeners(driver.input);
    const { stream } = tab({ fields: driver.input });
    write(driver, time);
    move(time);
    await pass(10_000);
    expect([listeners(), field()]).toEqual([[0, 0, 0], [0]]);
    expect([net.requests.length, time.pending, stream.recording, stream.state, stream.storage]).toEqual([0, 0, false, 'off', undefined]);
    expect(await factory.databases()).toEqual([]);
  });

  it('and until the server says that there is something to be checked, nothing is recorded', async () => {
    const { tab, time, net, batches, pass } = setup();
    net.down = true;
    const { stream, states, errors } = tab();
    stream.start();
    move(time);
    await pass(30_000);
    expect([stream.recording, states, errors]).toEqual([false, [], ['ERR_TRANSPORT_NETWORK']]);
    net.down = false;
    await pass(60_000);
    expect([stream.recording, states]).toEqual([true, ['on']]);
    await pass(10_000);
    expect(batches).toEqual([]);
  });

  it.each(['off', 'locked', 'ended'] as const)('a session that is %s is not recorded, and what was left is erased', async (state) => {
    const { tab, time, server, net, batches, factory, pass } = setup();
    const first = tab();
    first.stream.start();
    await pass(500);
    net.down = true;
    move(time);
    await pass(10_000);
    first.crash();
    expect(await kept(factory)).toBe(2);
    // What is on its way arrives first.
    await pass(100);
    server.state = state;
    net.down = false;
    const { stream, states } = tab();
    const listeners = countListeners(document, window);
    stream.start();
    await pass(500);
    move(time);
    await pass(10_000);
    expect([stream.recording, states, stream.state, batches, listeners()]).toEqual([false, [state], state, [], [0, 0]]);
    expect(await kept(factory)).toBe(0);
  });
});

describe('a session', () => {
  it('is recorded and sent in batches that the server can read', async () => {
    const { tab, time, batches, pass } = setup();
    const driver = fieldDriver();
    const { stream, states } = tab({ fields: driver.input });
    stream.start();
    await pass(500);
    expect([stream.recording, stream.storage, states]).toEqual([true, 'indexeddb', ['on']]);
    write(driver, time);
    move(time);
    await pass(1_900);
    expect(batches).toEqual([]);
    await pass(8_000);
    expect(batches.map(({ seq, floor, typing, pointer }) => [seq, floor, typing.length, pointer.length])).toEqual([
      [1, 0, 1, 0],
      [2, 1, 0, 1],
    ]);
    const parsed = batches.map((batch) => parseEvidenceBatch(JSON.stringify(batch)));
    expect(parsed[0]!.typing[0]).toMatchObject({ mode: 'window', field: 'free-text' });
    expect(parsed[1]!.pointer[0]!.events).toHaveLength(20);
    expect(stream.counts).toEqual({ recorded: 2, answered: 2, givenUp: 0 });
    // Nothing happens, nothing runs but the socket's own.
    await pass(60_000);
    expect([batches.length, time.pending]).toEqual([2, 0]);
  });

  it('holds nothing of fields that were not opted in, of marked places, nor of a hidden page', async () => {
    const { tab, time, batches, pass } = setup();
    const driver = fieldDriver();
    const pad = document.body.appendChild(document.createElement('div'));
    pad.dataset.tacitIgnore = '';
    const { stream } = tab({ fields: [] });
    stream.start();
    await pass(500);
    write(driver, time);
    point(5, time.now, 'pointerdown', pad);
    point(5, time.now + 10, 'pointerup', pad);
    show('hidden');
    stream.add(driver.input);
    write(driver, time);
    move(time);
    await pass(20_000);
    show('visible');
    await pass(20_000);
    expect(batches).toEqual([]);
    write(driver, time);
    await pass(20_000);
    expect(batches).toHaveLength(1);
    stream.remove(driver.input);
    write(driver, time);
    await pass(20_000);
    expect(batches).toHaveLength(1);
  });

  it('of an element records it alone, and without a pointer none', async () => {
    for (const pointer of [false as const, document.body.appendChild(document.createElement('main'))]) {
      const { tab, time, batches, pass } = setup();
      const { stream } = tab({ pointer });
      stream.start();
      await pass(500);
      move(time);
      if (pointer) {
        point(3, time.now + 3, 'pointermove', pointer);
      }
      await pass(10_000);
      expect(batches.map((batch) => batch.pointer[0]!.events.length)).toEqual(pointer ? [1] : []);
      stream.destroy();
    }
  });

  it('of an element that is in no window any more is recorded of the fields alone, and says so', async () => {
    const { tab, time, batches, pass } = setup();
    const driver = fieldDriver();
    const frame = document.implementation.createHTMLDocument('of a frame that was taken away');
    const { stream, errors } = tab({ fields: driver.input, pointer: frame.body });
    stream.start();
    await pass(500);
    write(driver, time);
    move(time);
    await pass(20_000);
    expect([stream.recording, errors]).toEqual([true, ['ERR_CAPTURE_NO_DOCUMENT']]);
    expect(batches.map(({ typing, pointer }) => [typing.length, pointer.length])).toEqual([[1, 0]]);
    await stream.stop();
  });

  it('waits as long between batches as the server asks, within reason', async () => {
    const { tab, time, server, batches, pass } = setup();
    const { handle } = server;
    server.handle = (path, body) => {
      const reply = handle(path, body);
      return path.endsWith('/open') ? { ...reply, body: { ...reply.body, everyMs: 9_000 } as never } : reply;
    };
    const { stream } = tab();
    stream.start();
    await pass(500);
    move(time);
    await pass(13_000);
    expect(batches).toEqual([]);
    await pass(3_000);
    expect(batches).toHaveLength(1);
  });

  it('is queued at once by flush()', async () => {
    const { tab, time, batches, pass, factory } = setup();
    const { stream } = tab();
    stream.start();
    await pass(500);
    move(time);
    const flushing = stream.flush();
    await settled(() => pages);
    await flushing;
    expect(await kept(factory)).toBe(2);
    await pass(100);
    expect(batches).toHaveLength(1);
  });

  it('goes on after a reload with what the page before had left', async () => {
    const { tab, time, net, server, batches, pass } = setup();
    const first = tab();
    first.stream.start();
    await pass(500);
    net.down = true;
    net.restart();
    move(time);
    await pass(20_000);
    move(time);
    await pass(20_000);
    first.crash();
    expect(server.effects).toEqual([]);
    net.down = false;
    const second = tab();
    second.stream.start();
    await pass(2_000);
    expect(batches.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(second.stream.counts).toEqual({ recorded: 0, answered: 2, givenUp: 0 });
  });

  it('sends a backlog in order and at its pace', async () => {
    const { tab, time, net, batches, pass } = setup();
    const { stream, errors } = tab();
    stream.start();
    await pass(500);
    net.down = true;
    net.restart();
    for (let round = 0; round < 20; round++) {
      move(time, 2);
      await stream.flush();
    }
    await pass(60_000);
    net.down = false;
    window.dispatchEvent(new Event('online'));
    await pass(2_100);
    expect(batches.length).toBeGreaterThan(3);
    expect(batches.length).toBeLessThan(12);
    await pass(10_000);
    expect(batches.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(errors).toEqual(['ERR_TRANSPORT_NETWORK']);
  });

  it('does not storm the server after a sleep, nor when the clock jumps', async () => {
    const { tab, time, net, batches, pass } = setup();
    let jump = 0;
    const { stream } = tab({ clock: () => time.now + jump });
    stream.start();
    await pass(500);
    net.down = true;
    net.restart();
    move(time);
    await pass(30_000);
    const before = net.requests.length;
    time.sleep(8 * 3_600_000);
    await pass(10_000);
    jump = -4 * 3_600_000;
    await pass(10_000);
    expect(net.requests.length - before).toBeLessThan(4);
    net.down = false;
    await pass(70_000);
    expect(batches).toHaveLength(1);
  });
});

describe('a page that is put away', () => {
  it('sends what there is in the same moment, and counts it once', async () => {
    const { tab, time, net, server, batches, pass, factory } = setup();
    const { stream, crash } = tab({ WebSocket: null });
    stream.start();
    await pass(500);
    move(time);
    await stream.flush();
    await pass(300);
    move(time);
    expect(batches).toHaveLength(1);
    show('hidden');
    expect(net.requests.filter(({ keepalive }) => keepalive)).toHaveLength(1);
    // Nothing of the page runs any more.
    window.dispatchEvent(new Event('pagehide'));
    crash();
    await pass(2_000);
    expect(batches.map(({ seq, floor }) => [seq, floor])).toEqual([
      [1, 0],
      [2, 1],
    ]);
    const second = tab();
    show('visible');
    second.stream.start();
    await pass(500);
    move(time);
    await second.stream.flush();
    await pass(2_000);
    expect([server.last, server.collisions]).toEqual([3, []]);
    expect(await kept(factory)).toBe(1);
  });

  it('that lives on sends the same batch under the same number', async () => {
    const { tab, time, server, batches, pass, factory } = setup();
    const { stream } = tab();
    stream.start();
    await pass(500);
    move(time);
    show('hidden');
    await pass(5_000);
    expect(new Set(batches.map((batch) => JSON.stringify(batch))).size).toBe(1);
    expect([server.last, server.effects.length]).toEqual([1, 1]);
    expect(await kept(factory)).toBe(1);
  });

  it('lets go of the socket and of the turn, and takes part again when it is shown', async () => {
    const { tab, time, net, batches, pass } = setup();
    const { stream } = tab();
    stream.start();
    await pass(500);
    show('hidden');
    await pass(1_000);
    const other = tab();
    Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true });
    other.stream.start();
    await pass(1_000);
    move(time);
    await pass(10_000);
    // Both record in this one document; the one that is shown sends for both.
    expect(new Set(batches.map(({ seq }) => seq)).size).toBe(2);
    other.stream.destroy();
    document.dispatchEvent(new Event('visibilitychange'));
    const opened = net.requests.length;
    move(time);
    await pass(10_000);
    expect(new Set(batches.map(({ seq }) => seq)).size).toBe(3);
    expect(net.requests.length - opened).toBeLessThan(3);
    expect(stream.counts.givenUp).toBe(0);
  });

  it('that is hidden from the start asks the server for nothing', async () => {
    const { tab, net, pass } = setup();
    show('hidden');
    const { stream } = tab();
    stream.start();
    await pass(60_000);
    expect(net.requests).toEqual([]);
    show('visible');
    await pass(500);
    expect(stream.recording).toBe(true);
  });
});

describe('what the server says', () => {
  it('reaches the page through the socket, and through the tab that sends the others', async () => {
    const { tab, server, pass, net, time } = setup();
    const [first, second] = [tab(), tab()];
    first.stream.start();
    second.stream.start();
    await pass(500);
    server.state = 'confirm';
    move(time);
    await pass(10_000);
    expect([first.states, second.states]).toEqual([
      ['on', 'confirm'],
      ['on', 'confirm'],
    ]);
    // One tab at a time sends, and has the socket.
    expect(net.sockets).toBe(1);
  });

  it.each(['locked', 'ended', 'off'] as const)('%s ends it in all tabs, and leaves nothing in the browser', async (state) => {
    const listeners = countListeners(document, window);
    const { tab, server, pass, time, factory, batches, net } = setup();
    const [first, second] = [tab(), tab()];
    first.stream.start();
    second.stream.start();
    await pass(500);
    server.state = state;
    move(time);
    await pass(10_000);
    for (const { stream, states } of [first, second]) {
      expect([stream.state, stream.recording, states]).toEqual([state, false, ['on', state]]);
    }
    expect(await kept(factory)).toBe(0);
    const sent = batches.length;
    move(time);
    await pass(10_000);
    expect([batches.length, net.sockets, time.pending, listeners()]).toEqual([sent, 0, 0, [0, 0]]);
    server.state = 'on';
    first.stream.start();
    await pass(1_000);
    expect([first.stream.recording, first.stream.state]).toEqual([true, 'on']);
  });

  it('that the stream is another one: what is left of the old one is erased, and it goes on', async () => {
    const { tab, server, pass, time, batches, net } = setup();
    const { stream, states } = tab();
    stream.start();
    await pass(500);
    net.down = true;
    move(time);
    await pass(10_000);
    net.down = false;
    const { handle } = server;
    const other = STREAM.replaceAll('A', 'B');
    server.handle = (path, body) => {
      const { stream: of } = body as Partial<EvidenceBatch>;
      if (path.endsWith('/open')) {
        const reply = handle(path, body);
        return { ...reply, body: { ...reply.body, stream: other, next: 1 } as never };
      }
      if (of === STREAM) {
        return handle(path, { ...(body as EvidenceBatch), stream: other });
      }
      batches.push(body as EvidenceBatch);
      return { status: 200, body: { version: 1, stream: other, seq: (body as EvidenceBatch).seq, state: 'on' } };
    };
    await pass(70_000);
    expect(stream.recording).toBe(true);
    const before = batches.length;
    move(time);
    await pass(10_000);
    expect(batches.slice(before).map(({ stream: of, seq }) => [of, seq])).toEqual([[other, 1]]);
    expect(states).toEqual(['on']);
  });

  it('against a batch is told, and the next one goes on', async () => {
    const { tab, server, pass, time } = setup();
    const { handle } = server;
    let refusals = 1;
    server.handle = (path, body) =>
      path.endsWith('/batch') && refusals-- > 0
        ? { status: 400, body: { error: { code: 'ERR_EVIDENCE_POINTER', message: 'no' } } }
        : handle(path, body);
    const { stream, errors } = tab();
    stream.start();
    await pass(500);
    for (let round = 0; round < 2; round++) {
      move(time);
      await pass(10_000);
    }
    expect(errors).toEqual(['ERR_TRANSPORT_REFUSED']);
    expect(stream.counts).toEqual({ recorded: 2, answered: 1, givenUp: 1 });
  });
});

describe('a server that can not be reached', () => {
  it('is told to all tabs, and that it is back: the state stays what the server said last', async () => {
    const { tab, pass, net, time } = setup();
    const told: boolean[][] = [[], []];
    const [first, second] = told.map((list) => tab({ onReachable: (reachable) => list.push(reachable) })) as [Tab, Tab];
    first.stream.start();
    second.stream.start();
    await pass(500);
    net.down = true;
    net.restart();
    move(time);
    await pass(20_000);
    expect(told).toEqual([[false], [false]]);
    expect([first, second].map(({ stream }) => [stream.reachable, stream.state, stream.recording])).toEqual([
      [false, 'on', true],
      [false, 'on', true],
    ]);
    net.down = false;
    await pass(70_000);
    expect(told).toEqual([
      [false, true],
      [false, true],
    ]);
    expect([first.states, second.states, first.stream.counts.givenUp]).toEqual([['on'], ['on'], 0]);
  });

  it('is found out by the tab that takes over from the one that said so', async () => {
    const { tab, pass, net, time } = setup();
    const told: boolean[] = [];
    const [first, second] = [tab({ WebSocket: null }), tab({ WebSocket: null, onReachable: (reachable) => told.push(reachable) })];
    first.stream.start();
    second.stream.start();
    await pass(500);
    net.down = true;
    move(time);
    await pass(20_000);
    expect(told).toEqual([false]);
    first.crash();
    net.down = false;
    await pass(70_000);
    expect([told, second.stream.reachable]).toEqual([[false, true], true]);
  });

  it('is told when the browser loses its network, and is forgotten at the end', async () => {
    const { tab, pass } = setup();
    const told: boolean[] = [];
    const { stream } = tab({ onReachable: (reachable) => told.push(reachable) });
    stream.start();
    await pass(500);
    window.dispatchEvent(new Event('offline'));
    await pass(6_000);
    expect([told, stream.reachable]).toEqual([[false], false]);
    window.dispatchEvent(new Event('online'));
    await pass(100);
    expect(told).toEqual([false, true]);
    window.dispatchEvent(new Event('offline'));
    await pass(6_000);
    const stopping = stream.stop({ erase: true });
    await pass(500);
    await stopping;
    await pass(60_000);
    expect([told, stream.reachable]).toEqual([[false, true, false, true], true]);
  });
});

describe('tabs', () => {
  it('one that sleeps with the turn loses it to one that has something to send', async () => {
    const { tab, time, batches, pass } = setup();
    const first = tab();
    first.stream.start();
    await pass(500);
    // Frozen: its timers, requests and messages stand still, and it holds its lock.
    first.page.kill(false);
    const second = tab();
    second.stream.start();
    await pass(500);
    move(time);
    await pass(10_000);
    expect(batches).toEqual([]);
    await pass(20_000);
    expect(batches).toHaveLength(1);
  });

  it('that are signed out by one are signed out', async () => {
    const { tab, pass, time, factory, batches } = setup();
    const [first, second] = [tab(), tab()];
    first.stream.start();
    second.stream.start();
    await pass(500);
    move(time);
    const stopping = first.stream.stop({ erase: true });
    await pass(1_000);
    await stopping;
    expect([first.stream.state, first.states, second.stream.state, second.stream.recording]).toEqual(['off', ['on'], 'ended', false]);
    move(time);
    await pass(10_000);
    expect(batches).toEqual([]);
    expect(await kept(factory)).toBe(0);
  });

  it('do without locks and channels, each for itself', async () => {
    const { tab, time, server, pass } = setup();
    const bare = { locks: null, BroadcastChannel: null };
    const streams = [tab(bare), tab(bare)];
    for (const { stream } of streams) {
      stream.start();
    }
    await pass(500);
    move(time);
    await pass(10_000);
    expect([server.effects.length, server.collisions]).toEqual([2, []]);
    expect(streams.map(({ stream }) => stream.recording)).toEqual([true, true]);
  });
});

describe('a tab for which the browser keeps nothing', () => {
  it('has a stream of its own, and sends for itself, though the others are in front, too', async () => {
    const { tab, time, server, pass } = setup();
    const model = modelOfStreams();
    server.handle = model.handle;
    const tabs = [tab({ indexedDB: null }), tab({ crypto: null }), tab()];
    for (const { stream } of tabs) {
      stream.start();
    }
    await pass(500);
    for (let round = 0; round < 3; round++) {
      move(time);
      await pass(10_000);
    }
    expect([...model.streams.values()].map(({ effects, collisions }) => [effects.length, collisions])).toEqual([
      [3, []],
      [3, []],
      [3, []],
    ]);
    expect(tabs.map(({ stream }) => stream.counts)).toMatchObject([{ recorded: 3 }, { recorded: 3 }, { recorded: 3 }]);
    expect(tabs.map(({ stream }) => stream.storage)).toEqual(['memory', 'memory', 'indexeddb']);
  });

  it.each([['at once'], ['while the server can not be reached']])(
    'any more goes on with one of its own, %s, and loses nothing',
    async (when) => {
      const { tab, time, server, net, pass } = setup();
      const model = modelOfStreams();
      server.handle = model.handle;
      const { stream, errors } = tab({ WebSocket: null });
      stream.start();
      await pass(500);
      move(time);
      await pass(10_000);
      vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
        throw new DOMException('no', 'UnknownError');
      });
      net.down = when !== 'at once';
      for (let round = 0; round < 2; round++) {
        move(time);
        await pass(10_000);
      }
      net.down = false;
      window.dispatchEvent(new Event('online'));
      await pass(10_000);
      move(time);
      await pass(20_000);
      vi.restoreAllMocks();
      expect(errors.filter((code) => code !== 'ERR_TRANSPORT_NETWORK')).toEqual(['ERR_TRANSPORT_STORAGE']);
      expect([stream.counts, model.effects(), model.streams.size]).toEqual([{ recorded: 4, answered: 4, givenUp: 0 }, 4, 2]);
    },
  );
});

describe('a stream of its own that the server has forgotten', () => {
  it('is followed by another, and what waited for it counts as given up', async () => {
    const { tab, time, server, pass } = setup();
    const model = modelOfStreams();
    server.handle = model.handle;
    const { stream } = tab({ indexedDB: null, WebSocket: null });
    stream.start();
    await pass(500);
    model.streams.clear();
    move(time, 2);
    void stream.flush();
    move(time, 2);
    void stream.flush();
    await pass(5_000);
    move(time, 2);
    await pass(10_000);
    expect([model.effects(), stream.counts]).toEqual([1, { recorded: 3, answered: 1, givenUp: 2 }]);
  });
});

describe('a page that is put away while its store is lost', () => {
  it('sends nothing past what the tabs share, which waits in the store for another page', async () => {
    const { tab, time, server, net, pass } = setup();
    const model = modelOfStreams();
    server.handle = model.handle;
    const first = tab({ WebSocket: null });
    first.stream.start();
    await pass(500);
    net.down = true;
    move(time);
    await pass(7_500);
    vi.spyOn(IDBObjectStore.prototype, 'openCursor').mockImplementation(() => {
      throw new DOMException('no', 'UnknownError');
    });
    net.down = false;
    window.dispatchEvent(new Event('online'));
    await pass(2_000);
    expect([first.errors.at(-1), model.effects()]).toEqual(['ERR_TRANSPORT_STORAGE', 0]);
    move(time);
    window.dispatchEvent(new Event('pagehide'));
    await pass(1_000);
    first.crash();
    vi.restoreAllMocks();
    tab({ WebSocket: null }).stream.start();
    await pass(5_000);
    expect([...model.streams.values()].map(({ effects, collisions }) => [effects.length, collisions])).toEqual([
      [1, []],
      [1, []],
    ]);
  });

  it('does not send again, in a stream of its own, what it sent in that moment', async () => {
    const { tab, time, server, pass } = setup();
    const model = modelOfStreams();
    server.handle = model.handle;
    const { stream, errors } = tab({ WebSocket: null });
    stream.start();
    await pass(500);
    move(time);
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('no', 'UnknownError');
    });
    window.dispatchEvent(new Event('pagehide'));
    await pass(1_000);
    vi.restoreAllMocks();
    expect(model.effects()).toBe(1);
    window.dispatchEvent(new Event('pageshow'));
    await pass(1_000);
    move(time);
    await pass(10_000);
    expect([model.effects(), model.streams.size, errors]).toEqual([2, 2, ['ERR_TRANSPORT_STORAGE']]);
    expect(stream.counts).toEqual({ recorded: 2, answered: 1, givenUp: 1 });
  });
});

describe('stop and destroy', () => {
  it('stop() sends what is recorded and what was left', async () => {
    const { tab, time, server, pass, factory } = setup();
    const { stream, states } = tab();
    stream.start();
    await pass(500);
    move(time);
    const stopping = stream.stop();
    await pass(2_000);
    await stopping;
    expect([server.last, stream.recording, stream.state, states]).toEqual([1, false, 'off', ['on']]);
    expect([await kept(factory), time.pending]).toEqual([1, 0]);
    stream.start();
    await pass(500);
    expect([stream.recording, states]).toEqual([true, ['on', 'on']]);
  });

  it('stop() without a network keeps it for the next start', async () => {
    const { tab, time, net, batches, pass } = setup();
    const { stream } = tab();
    stream.start();
    await pass(500);
    net.down = true;
    net.restart();
    move(time);
    const stopping = stream.stop();
    await pass(12_000);
    await stopping;
    expect(time.pending).toBe(0);
    net.down = false;
    await pass(60_000);
    expect(batches).toEqual([]);
    stream.start();
    await pass(3_000);
    expect(batches).toHaveLength(1);
  });

  it('stop() waits for no server that has forgotten the stream, and opens none', async () => {
    const { tab, time, server, pass } = setup();
    const { stream } = tab({ WebSocket: null });
    stream.start();
    await pass(500);
    server.handle = (path) =>
      path.endsWith('/open')
        ? { status: 503, body: { error: { code: 'ERR_STORE_BUSY', message: 'no' } } }
        : { status: 409, body: { error: { code: 'ERR_EVIDENCE_UNKNOWN', message: 'no' } } };
    move(time);
    const stopped = vi.fn();
    void stream.stop().then(stopped);
    await pass(15_000);
    expect(stopped).toHaveBeenCalledOnce();
    expect(time.pending).toBe(0);
  });

  it('stop({ erase: true }) leaves nothing, also of pages before this one', async () => {
    const { tab, time, net, factory, batches, pass } = setup();
    const first = tab();
    first.stream.start();
    await pass(500);
    net.down = true;
    move(time);
    await pass(10_000);
    first.crash();
    expect(await kept(factory)).toBe(2);
    const { stream } = tab();
    const erasing = stream.stop({ erase: true });
    await pass(500);
    await erasing;
    expect(await factory.databases()).toEqual([]);
    expect(batches).toEqual([]);
  });

  it('a start() right after it waits, and keeps what it records', async () => {
    const { tab, time, net, server, factory, pass } = setup();
    const { stream } = tab();
    stream.start();
    await pass(500);
    const stopping = stream.stop({ erase: true });
    stream.start();
    await pass(500);
    await stopping;
    net.down = true;
    net.restart();
    move(time);
    await stream.flush();
    expect(await kept(factory)).toBe(2);
    net.down = false;
    await pass(60_000);
    expect([server.effects.length, stream.storage, stream.counts.givenUp]).toEqual([1, 'indexeddb', 0]);
  });

  it('after destroy() nothing is left, and nothing happens', async () => {
    const listeners = countListeners(document, window);
    const { tab, time, batches, pass, net } = setup();
    const driver = fieldDriver();
    const field = countListeners(driver.input);
    const { stream, states } = tab({ fields: driver.input });
    stream.start();
    await pass(500);
    write(driver, time);
    move(time);
    stream.destroy();
    stream.destroy();
    await pass(1);
    expect([listeners(), field(), time.pending, net.sockets]).toEqual([[0, 0], [0], 0, 0]);
    write(driver, time);
    move(time);
    await stream.flush();
    await stream.stop();
    await pass(20_000);
    expect([batches, states, stream.state, stream.recording]).toEqual([[], ['on'], 'off', false]);
    expect(() => stream.start()).toThrow(expect.objectContaining({ code: 'ERR_CAPTURE_DESTROYED' }));
  });

  it('while it opens, sends, or waits for its turn', async () => {
    for (const ms of [0, 10, 30, 200]) {
      const { tab, time, pass } = setup();
      const other = tab();
      other.stream.start();
      const { stream } = tab();
      stream.start();
      time.advance(ms);
      await settled(() => pages);
      move(time);
      void stream.flush();
      stream.destroy();
      other.stream.destroy();
      await pass(30_000);
      expect(time.pending).toBe(0);
    }
  });

  it('the signal destroys it', async () => {
    const { tab, pass, time } = setup();
    const controller = new AbortController();
    const { stream } = tab({ signal: controller.signal });
    stream.start();
    await pass(500);
    controller.abort();
    expect(() => stream.start()).toThrow('destroyed');
    await pass(1);
    expect(time.pending).toBe(0);
    expect(() => tab({ signal: AbortSignal.abort() }).stream.start()).toThrow('destroyed');
  });
});

describe('troubles', () => {
  it('of the storage are told once, and it goes on in memory', async () => {
    const { tab, time, server, pass } = setup();
    const { stream, errors } = tab({ indexedDB: null });
    stream.start();
    await pass(500);
    for (let round = 0; round < 3; round++) {
      move(time);
      await pass(10_000);
    }
    expect([stream.storage, errors, server.effects.length]).toEqual(['memory', ['ERR_TRANSPORT_STORAGE'], 3]);
  });

  it('of a queue that is full lose the oldest', async () => {
    const { tab, time, net, server, pass } = setup();
    const { stream } = tab({ limits: { maxBatches: 2 } });
    stream.start();
    await pass(500);
    net.down = true;
    net.restart();
    for (let round = 0; round < 5; round++) {
      move(time, 2);
      await stream.flush();
    }
    expect(stream.counts).toMatchObject({ recorded: 5, givenUp: 3 });
    net.down = false;
    await pass(70_000);
    expect([server.last, stream.counts.answered]).toEqual([5, 2]);
  });

  it('that the page makes in its own callbacks are reported, and stop nothing', async () => {
    const reported: unknown[] = [];
    const onRejection = (reason: unknown) => reported.push((reason as Error).message);
    process.on('unhandledRejection', onRejection);
    const others = process.listeners('unhandledRejection').filter((listener) => listener !== onRejection);
    for (const listener of others) {
      process.off('unhandledRejection', listener);
    }
    try {
      const { tab, time, server, pass } = setup();
      const { stream } = tab({
        onState() {
          throw new Error('of the page');
        },
      });
      stream.start();
      await pass(500);
      move(time);
      await pass(10_000);
      expect([server.last, reported]).toEqual([1, ['of the page']]);
    } finally {
      process.off('unhandledRejection', onRejection);
      for (const listener of others) {
        process.on('unhandledRejection', listener);
      }
    }
  });

  it('of a stream that another tab gave up while this one began with it: it asks again', async () => {
    const { tab, time, server, pass } = setup();
    const get = IDBObjectStore.prototype.get;
    let looks = 0;
    vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (this: IDBObjectStore, key) {
      // It is there when the tab joins it, and gone when it looks for what is left.
      return get.call(this, ++looks === 2 ? 'nothing' : key);
    });
    const { stream, errors } = tab();
    stream.start();
    await pass(5_000);
    vi.restoreAllMocks();
    move(time);
    await pass(10_000);
    expect([stream.recording, server.effects.length, errors]).toEqual([true, 1, []]);
  });

  it('of a server that has no such thing are told, and end it', async () => {
    const { tab, server, pass, time } = setup();
    server.handle = () => ({ status: 404, body: { error: { code: 'ERR_NOT_FOUND', message: 'no' } } });
    const { stream, states, errors } = tab();
    stream.start();
    await pass(1_000);
    expect([states, errors, stream.recording, time.pending]).toEqual([['off'], ['ERR_TRANSPORT_REFUSED'], false, 0]);
  });
});

describe('arguments', () => {
  it.each([
    ['options', null, TypeError],
    ['url', { url: undefined }, TypeError],
    ['onState', { onState: undefined }, TypeError],
    ['onReachable', { onReachable: 7 }, TypeError],
    ['onError', { onError: 7 }, TypeError],
    ['onRenew', { onRenew: 7 }, TypeError],
    ['fields', { fields: document }, TypeError],
    ['target', { pointer: window }, TypeError],
    ['ignore', { pointer: document, ignore: '((' }, TypeError],
    ['ignore', { ignore: '((' }, TypeError],
    ['everyMs', { everyMs: 1 }, RangeError],
    ['name', { name: '' }, RangeError],
    ['limits.maxBatches', { limits: { maxBatches: -1 } }, RangeError],
    ['socketUrl', { socketUrl: 'file:///x' }, RangeError],
    ['clock', { clock: 7 }, TypeError],
    ['timer', { timer: {} }, TypeError],
    ['signal', { signal: {} }, TypeError],
  ])('refuses a wrong %s', (name, change, kind) => {
    const options = change === null ? null : { url: '/auth/continuous', onState() {}, ...change };
    const call = () => Reflect.apply(streamEvidence, undefined, [options]);
    expect(call).toThrow(kind);
    expect(call).toThrow(name);
  });

  it('refuses a field of a password', () => {
    const input = document.createElement('input');
    input.type = 'password';
    const call = () => streamEvidence({ url: '/x', onState() {}, fields: input });
    expect(call).toThrow(expect.objectContaining({ code: 'ERR_CAPTURE_PASSWORD_FIELD' }));
  });

  it('needs a page to start, and none to be made', () => {
    const { stream } = setup().tab();
    vi.stubGlobal('document', undefined);
    try {
      expect(() => stream.start()).toThrow(expect.objectContaining({ code: 'ERR_CAPTURE_NO_DOCUMENT' }));
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
// Loaded before the test's time begins.
import 'idb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { contentsOf } from './evidence-samples.test-support';
import { type EvidenceSession, evidenceSession } from './evidence-session';
import { fakeChannels } from './fake-channels.test-support';
import { fakeLocks } from './fake-locks.test-support';
import { type ModelServer, modelOfStreams, modelServer } from './model-server.test-support';
import { type MortalPage, mortalPage, settled } from './mortal-page.test-support';
import { seededChance } from './seeded-chance.test-support';
import { type ManualTime, manualTime } from './test-support';
import { type Network, network } from './unreliable-network.test-support';

const SOAK = process.env.TACIT_SOAK === '1';
const BATCHES = SOAK ? 10_000 : 400;
/** Of several tabs, which take several times as long. */
const OF_TABS = SOAK ? 2_500 : 400;

interface Tab {
  page: MortalPage;
  session: EvidenceSession;
}

interface World {
  time: ManualTime;
  chance: () => number;
  server: ModelServer;
  net: Network;
  /** Ids of batches of which the queue said that it has them. */
  queued: Set<number>;
  givenUp: number;
  fellBack: number;
  tabs: Tab[];
  open(): Tab;
  crash(tab: Tab): void;
  /** Makes the next batch in this tab; `last` as a page that is put away. */
  make(tab: Tab, last?: boolean): void;
  made: number;
}

interface WorldOptions {
  seed: number;
  storage?: 'memory';
  locks?: false;
  /** Of a network that keeps its contract. */
  calm?: true;
}

function worldOf({ seed, storage, locks: withLocks, calm: isCalm }: WorldOptions): World {
  const time = manualTime();
  const chance = seededChance(seed);
  const server = modelServer();
  const net = network({
    time,
    chance,
    server,
    ...(isCalm ? { dropped: 0, twice: 0, longest: 20 } : { dropped: 0.1, twice: 0.15, longest: 3_000 }),
  });
  const factory = new IDBFactory();
  const locks = fakeLocks();
  const channels = fakeChannels();
  const random = (length: number) => Uint8Array.from({ length }, () => Math.floor(chance() * 256));
  const world: World = {
    ...{ time, chance, server, net, queued: new Set(), givenUp: 0, fellBack: 0, tabs: [], made: 0 },
    open() {
      const page = mortalPage(time, factory);
      const session = evidenceSession({
        ...{ name: 'test', timer: page.timer, clock: time.clock, random, after: Promise.resolve() },
        transport: { url: '/auth/continuous', timeoutMs: 4_000, fetch: net.fetchOf(page), WebSocket: net.socketOf(page) },
        ...(storage === 'memory' ? { indexedDB: null } : { indexedDB: page.indexedDB, crypto: page.crypto }),
        limits: { maxBatches: 100_000, maxBytes: 67_108_864 },
        locks: withLocks === false ? undefined : locks.of(page),
        BroadcastChannel: channels.of(page),
        onOpened() {},
        onState() {},
        onReachable() {},
        onOver() {},
        onAnswered() {},
        onGivenUp(batches) {
          world.givenUp += page.alive ? batches : 0;
        },
        onError({ code }) {
          if (page.alive && code === 'ERR_TRANSPORT_STORAGE') {
            world.fellBack++;
          }
        },
      });
      const tab = { page, session };
      world.tabs.push(tab);
      session.resume();
      return tab;
    },
    crash(tab) {
      tab.page.kill(chance() < 0.5);
      locks.release(tab.page);
      world.tabs.splice(world.tabs.indexOf(tab), 1);
    },
    make(tab, last = false) {
      if (tab.session.storage === undefined) {
        return;
      }
      const id = ++world.made;
      const adding = last ? tab.session.addLast([contentsOf(id)]) : tab.session.add([contentsOf(id)]);
      void tab.page.while(adding).then(() => world.queued.add(id));
    },
  };
  return world;
}

/** Waits, in the test's time, until the server has it all, or has got nothing new for ten minutes. */
async function calm(world: World): Promise<void> {
  world.net.down = false;
  world.net.busy = undefined;
  let got = -1;
  while (got < world.server.effects.length) {
    got = world.server.effects.length;
    for (let second = 0; second < 600; second++) {
      world.time.advance(1_000);
      await settled(() => world.tabs.map(({ page }) => page));
      if (second % 10 === 0 && hasAll(world)) {
        return;
      }
    }
  }
}

function hasAll({ server, queued }: World): boolean {
  const effects = new Set(server.effects);
  return [...queued].every((id) => effects.has(id));
}

function expectExactlyOnce({ server, queued, givenUp }: World): void {
  expect(server.collisions).toEqual([]);
  expect(server.effects.length).toBe(new Set(server.effects).size);
  const effects = new Set(server.effects);
  expect([...queued].filter((id) => !effects.has(id))).toEqual([]);
  expect(givenUp).toBe(0);
}

/** One batch about every two seconds in one of the tabs, and what happens to pages, network and server meanwhile. */
async function live(world: World, batches: number, tabs: number, dying = 0.04): Promise<{ crashes: number; outages: number }> {
  let crashes = 0;
  let outages = 0;
  let upAgain = 0;
  const { time, chance, net } = world;
  while (world.tabs.length < tabs) {
    world.open();
  }
  while (world.made < batches) {
    for (const tab of [...world.tabs]) {
      if (chance() < 0.7) {
        world.make(tab, chance() < 0.1);
      }
      if (chance() < dying) {
        // At whatever the page is waiting for.
        await settled(() => [tab.page], Math.floor(chance() * 12));
        crashes++;
        world.crash(tab);
        time.advance(Math.floor(chance() * 300));
        world.open();
      }
    }
    if (time.now >= upAgain) {
      net.down = false;
      net.busy = undefined;
      if (chance() < 0.03) {
        outages++;
        upAgain = time.now + chance() * 20_000;
        net.restart();
        net.down = chance() < 0.5;
        net.busy = net.down ? undefined : { status: chance() < 0.5 ? 503 : 429, retryAfter: Math.floor(chance() * 5) };
      }
    }
    for (let step = 0; step < 4; step++) {
      time.advance(500);
      await settled(() => world.tabs.map(({ page }) => page));
    }
  }
  return { crashes, outages };
}

/** Of the writes to the store some fail, while `share` is above 0, and undo their transactions. */
function failingStore(chance: () => number): { share: number } {
  const failing = { share: 0 };
  const { put } = IDBObjectStore.prototype;
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...given) {
    if (failing.share > 0 && chance() < failing.share) {
      this.transaction.abort();
      throw new DOMException('no', 'UnknownError');
    }
    return put.apply(this, given);
  });
  return failing;
}

/** Tabs are shown, hidden and put away while the network and the store come and go. */
async function wander(world: World, batches: number, store: { share: number }): Promise<void> {
  const { time, chance, net, tabs } = world;
  const away = new Set<Tab>();
  let upAgain = 0;
  const rest = (rounds?: number) => settled(() => tabs.map(({ page }) => page), rounds);
  while (world.made < batches) {
    for (const tab of tabs) {
      const deed = chance();
      if (away.has(tab)) {
        if (deed < 0.4) {
          away.delete(tab);
          tab.session.resume();
        }
      } else if (deed < 0.5) {
        world.make(tab);
      } else if (deed < 0.8) {
        away.add(tab);
        if (chance() < 0.8) {
          world.make(tab, true);
        }
        deed < 0.7 ? void tab.session.leave() : tab.session.halt();
      }
      if (chance() < 0.3) {
        time.advance(Math.floor(chance() * 100));
        await rest(Math.floor(chance() * 10));
      }
    }
    const luck = chance();
    store.share = luck < 0.04 ? chance() : luck < 0.3 ? 0 : store.share;
    if (time.now >= upAgain) {
      net.down = false;
      net.busy = undefined;
      if (chance() < 0.2) {
        upAgain = time.now + chance() * 6_000;
        net.down = chance() < 0.5;
        net.busy = net.down ? undefined : { status: chance() < 0.5 ? 503 : 429, retryAfter: Math.floor(chance() * 5) };
        net.restart();
      }
    }
    for (let step = Math.floor(chance() * 5); step > 0; step--) {
      time.advance(Math.floor(chance() * 600));
      await rest();
    }
  }
  store.share = 0;
  for (const tab of away) {
    tab.session.resume();
  }
}

afterEach(() => vi.restoreAllMocks());

describe('every batch takes effect exactly once', () => {
  const timeout = SOAK ? 1_800_000 : 60_000;

  it(
    'through a network that loses, delays, doubles and reorders, with pages and servers that die at any moment',
    async () => {
      const world = worldOf({ seed: 1 });
      const { crashes, outages } = await live(world, BATCHES, 1);
      await calm(world);
      expectExactlyOnce(world);
      console.info(`exactly once: ${world.made} batches, ${world.queued.size} of them queued, ${crashes} pages died, ${outages} outages`);
      expect(crashes).toBeGreaterThan(BATCHES / 50);
      expect(outages).toBeGreaterThan(BATCHES / 100);
      expect(world.fellBack).toBe(0);
      // What was not queued when its page died may be lost: of a page that lives nothing is.
      expect(world.queued.size).toBeGreaterThan(BATCHES * 0.9);
    },
    timeout,
  );

  it.each([
    ['three tabs of one queue', { seed: 2 }],
    ['three tabs in a browser without locks', { seed: 3, locks: false }],
  ] as const)(
    'in %s, which die one by one',
    async (_, options) => {
      const world = worldOf(options);
      const { crashes } = await live(world, OF_TABS, 3);
      await calm(world);
      expectExactlyOnce(world);
      expect(crashes).toBeGreaterThan(OF_TABS / 50);
      expect(world.fellBack).toBe(0);
      expect(world.queued.size).toBeGreaterThan(OF_TABS * 0.9);
    },
    timeout,
  );

  it(
    'where the browser keeps nothing: what a page that lives has queued arrives, and nothing counts twice when it dies',
    async () => {
      const world = worldOf({ seed: 4, storage: 'memory' });
      for (let round = 0; round < BATCHES / 40; round++) {
        await live(world, world.made + 40, 1, 0);
        await calm(world);
        expectExactlyOnce(world);
        world.crash(world.tabs[0]!);
      }
      world.queued.clear();
      // Now they die with what they have.
      await live(world, world.made + BATCHES / 4, 1);
      const { effects, collisions } = world.server;
      expect(collisions).toEqual([]);
      expect(new Set(effects).size).toBe(effects.length);
      expect(effects.length).toBeGreaterThan(BATCHES);
    },
    timeout,
  );

  it('of a tab that is put away again before it knows how far the others came', async () => {
    const world = worldOf({ seed: 5, calm: true });
    const { time, net, server } = world;
    const pass = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 50) {
        time.advance(50);
        await settled(() => world.tabs.map(({ page }) => page));
      }
    };
    const first = world.open();
    await pass(500);
    const second = world.open();
    await pass(500);
    // The first one is told to wait, and hands the turn on.
    net.restart();
    net.busy = { status: 503, retryAfter: 4 };
    world.make(first);
    await pass(1_500);
    net.busy = undefined;
    void first.session.leave();
    await pass(200);
    for (let round = 0; round < 3; round++) {
      world.make(second);
      await pass(300);
    }
    expect(server.effects).toHaveLength(4);
    void second.session.leave();
    first.session.resume();
    await pass(200);
    world.make(first, true);
    void first.session.leave();
    await pass(10_000);
    first.session.resume();
    await pass(10_000);
    expect(server.effects).toHaveLength(5);
    expectExactlyOnce(world);
  });

  it.each(Array.from({ length: SOAK ? 400 : 16 }, (_, index) => index + 1))(
    'or counts as given up, where tabs come and go while the store fails (%d)',
    async (seed) => {
      const world = worldOf({ seed, ...(seed % 2 === 0 ? { calm: true } : {}) });
      const model = modelOfStreams();
      world.server.handle = model.handle;
      const effects = () => [...model.streams.values()].flatMap((each) => each.effects);
      const isDone = () => new Set(effects()).size + world.givenUp >= world.made;
      for (let tabs = 0; tabs <= seed % 3; tabs++) {
        world.open();
      }
      await wander(world, 60, failingStore(world.chance));
      world.net.down = false;
      world.net.busy = undefined;
      for (let second = 0; second < 600 && !(second > 60 && isDone()); second++) {
        if (second === 300) {
          // What a store that was lost still holds waits for another page.
          world.open();
        }
        world.time.advance(1_000);
        await settled(() => world.tabs.map(({ page }) => page));
      }
      expect(effects().length).toBe(new Set(effects()).size);
      expect([...model.streams.values()].flatMap(({ collisions }) => collisions)).toEqual([]);
      expect(world.made - effects().length).toBeLessThanOrEqual(world.givenUp);
      expect(effects().length).toBeGreaterThan(0);
    },
    timeout,
  );
});

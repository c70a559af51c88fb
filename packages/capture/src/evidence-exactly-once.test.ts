import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
// Loaded before the test's time begins.
import 'idb';
import { describe, expect, it } from 'vitest';
import { type EvidenceSession, evidenceSession } from './evidence-session';
import {
  contentsOf,
  fakeChannels,
  fakeLocks,
  type ModelServer,
  type MortalPage,
  modelServer,
  mortalPage,
  type Network,
  network,
  seededChance,
  settled,
} from './evidence-test-support';
import { type ManualTime, manualTime } from './test-support';

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
}

function worldOf({ seed, storage, locks: withLocks }: WorldOptions): World {
  const time = manualTime();
  const chance = seededChance(seed);
  const server = modelServer();
  const net = network({ time, chance, server, dropped: 0.1, twice: 0.15, longest: 3_000 });
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
});

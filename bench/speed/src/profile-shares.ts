import { type Profiler, Session } from 'node:inspector/promises';
import type { Share } from './report';

const SAMPLING_US = 200;

/** Whose code is at work, by the file that the nearest known frame is from. */
const PARTS: readonly (readonly [name: string, url: RegExp])[] = [
  ['typing: features, checks, score', /\/(?:features|models)\/dist\//],
  ['sealing, keys, pseudonyms', /\/@noble\/|\/crypto\/dist\//],
  ['signing and checking the challenge', /\/jose\//],
  ['records, JSON, audit chain, store', /\/server-verify\/dist\/|\/zod\//],
];
const GARBAGE = 'garbage collection';
const REST = 'the rest of Node.js, and the bench';

/** What share of the main thread's busy time each part of the product has while `work` runs. Waiting for a disk would count as busy. */
export async function profileShares(work: () => Promise<void>): Promise<Share[]> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: SAMPLING_US });
    await session.post('Profiler.start');
    await work();
    return sharesOf((await session.post('Profiler.stop')).profile);
  } finally {
    session.disconnect();
  }
}

export type Profile = Pick<Profiler.Profile, 'nodes' | 'samples' | 'timeDeltas'>;

/** Sums a profile by part, the largest first. Idle time counts for nothing. */
export function sharesOf({ nodes, samples = [], timeDeltas = [] }: Profile): Share[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parentOf = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const partOf = (id: number | undefined): string => {
    const frame = id === undefined ? undefined : byId.get(id)?.callFrame;
    if (frame === undefined) return REST;
    if (frame.functionName === '(garbage collector)') return GARBAGE;
    return PARTS.find(([, url]) => url.test(frame.url))?.[0] ?? partOf(id && parentOf.get(id));
  };
  const sums = new Map<string, number>();
  let busy = 0;
  for (const [i, id] of samples.entries()) {
    if (byId.get(id)?.callFrame.functionName === '(idle)') continue;
    const time = Math.max(0, timeDeltas[i] ?? 0);
    const part = partOf(id);
    busy += time;
    sums.set(part, (sums.get(part) ?? 0) + time);
  }
  return [...sums].map(([name, time]) => ({ name, share: time / busy })).sort((a, b) => b.share - a.share);
}

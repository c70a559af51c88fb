import { freeTextTimings, parsePointerSample, parseTypingSample, pointerActions } from '@tacit-auth/features';
import { type FreeTextPopulation, freeTextDetector, type PointerPopulation, pointerDetector } from '@tacit-auth/models';
import { defaultFreeTextPopulation } from '@tacit-auth/models/default-population';
import { trainPointerPopulation } from '@tacit-auth/models/population-training';
import { measure } from './measure';
import { createWorker } from './seeded-session';
import {
  FREE_TEXT_NAME,
  POINTER_ACTION_NAME,
  POINTER_WINDOW_NAME,
  POPULATION_NAMES,
  type SessionFigures,
  TEMPLATE_NAMES,
} from './session-figures';
import { enough } from './vectors';

const PROBES = 128;
const WINDOW_KEYS = 50;
const ENROLLED = 10;
const MOVEMENTS = 25;
const PEOPLE = 60;

/** What the continuous factors cost, and what is kept for them. */
export function measureSessionOperations(): SessionFigures {
  const freeText = measureFreeText(defaultFreeTextPopulation());
  const pointer = measurePointer(madeUpPointerPopulation());
  return { operations: [...freeText.operations, ...pointer.operations], sizes: [...freeText.sizes, ...pointer.sizes] };
}

function measureFreeText(population: FreeTextPopulation): SessionFigures {
  const detector = freeTextDetector({ population });
  const worker = createWorker(1);
  const timingsOf = (text: string) => enough(freeTextTimings(parseTypingSample(text)));
  const windows = Array.from({ length: PROBES + ENROLLED }, () => JSON.stringify(worker.window(WINDOW_KEYS)));
  const profile = enough(detector.fit(windows.slice(PROBES).map(timingsOf)));
  return {
    operations: [measure(FREE_TEXT_NAME, (run) => detector.score(profile, [timingsOf(windows[run % PROBES]!)]))],
    sizes: [
      { name: POPULATION_NAMES[0], bytes: bytesOf(population) },
      { name: TEMPLATE_NAMES[0], bytes: detector.serialize(profile).byteLength },
    ],
  };
}

function measurePointer(population: PointerPopulation): SessionFigures {
  const detector = pointerDetector({ population });
  const worker = createWorker(2);
  const samples = Array.from({ length: PROBES + ENROLLED }, () => parsePointerSample(worker.pointer(MOVEMENTS)));
  const windows = samples.map((sample) => enough(pointerActions(sample)));
  const profile = enough(detector.fit(windows.slice(PROBES)));
  const whole = measure(POINTER_ACTION_NAME, (run) => pointerActions(samples[run % PROBES]!));
  const actions = windows.slice(0, PROBES).reduce((sum, { kinds }) => sum + kinds.length, 0) / PROBES;
  return {
    operations: [
      { ...whole, medianUs: whole.medianUs / actions, spreadUs: whole.spreadUs / actions },
      // A copy: what the detector may have kept of a window that it knows must not flatter it.
      measure(POINTER_WINDOW_NAME, (run) => detector.score(profile, [{ ...windows[run % PROBES]! }])),
    ],
    sizes: [
      { name: POPULATION_NAMES[1], bytes: bytesOf(population) },
      { name: TEMPLATE_NAMES[1], bytes: detector.serialize(profile).byteLength },
    ],
  };
}

/** Of made-up people: what a score costs does not depend on whom the population was learned from. */
function madeUpPointerPopulation(): PointerPopulation {
  const people = Array.from({ length: PEOPLE }, (_, person) => {
    const worker = createWorker(100 + person);
    return {
      user: String(person),
      sessions: Array.from({ length: 2 }, () => enough(pointerActions(parsePointerSample(worker.pointer(4 * MOVEMENTS))))),
    };
  });
  return trainPointerPopulation({ people, source: 'made-up people', seed: 1 });
}

const NUMBER_BYTES = 8;

/** Bytes of the numbers and texts of plain data, in memory. */
export function bytesOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value === 'string') return 2 * value.length;
  if (typeof value === 'object' && value !== null) return Object.values(value).reduce((sum: number, part) => sum + bytesOf(part), 0);
  return NUMBER_BYTES;
}

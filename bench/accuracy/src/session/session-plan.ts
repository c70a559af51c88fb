import { createHash } from 'node:crypto';
import type { SessionHead } from './session-figures';

export const SESSION_SETS = ['aalto-desktop', 'villani-freetext', 'sapimouse', 'balabit'] as const;
export type SessionSetName = (typeof SESSION_SETS)[number];

/** Who judges: a population of another folder's people, of other people of the same set, the shipped one (or one made as it is), or none. */
export type SessionDetectorName = 'trained' | 'window-plda' | 'default' | 'session-forest';
export const SESSION_DETECTORS: readonly SessionDetectorName[] = ['trained', 'window-plda', 'default', 'session-forest'];

/** A protocol on one set. */
export interface SessionTrial {
  readonly set: SessionSetName;
  readonly detector: SessionDetectorName;
  /** Whether the population is made as the shipped one is, without the people under test. */
  readonly crossFit: boolean;
  readonly unit: SessionHead['unit'];
  /** Keys or actions of a window. */
  readonly window: number;
  /** Recordings that enrol; the later ones are the stream. */
  readonly enrol: number;
  /** Most people who take over each customer's stream. */
  readonly takers: number;
}

/** False alarms in 10,000 keys or actions that thresholds are chosen for. */
export const TARGETS: Readonly<Record<SessionHead['unit'], readonly number[]>> = { keys: [1, 10], actions: [10, 100] };

export interface SessionPlanOptions {
  readonly sets: readonly SessionSetName[];
  readonly trained: boolean;
  readonly detectors: readonly string[];
  readonly small: boolean;
}

/** Every protocol of the suite, in the order of its rows. */
export function sessionTrials({ sets, trained, detectors, small }: SessionPlanOptions): SessionTrial[] {
  const all = sets.flatMap((set) => DETECTORS_OF[set].flatMap((detector) => trialsOf(set, detector)));
  return all.filter(
    ({ detector, window }) =>
      (detectors.length === 0 || detectors.includes(detector)) &&
      (detector !== 'trained' || trained) &&
      (!small || ((detector === 'trained' || detector === 'window-plda') && window !== SHORT_WINDOW)),
  );
}

const SHORT_WINDOW = 25;

const DETECTORS_OF: Readonly<Record<SessionSetName, readonly SessionDetectorName[]>> = {
  'aalto-desktop': ['trained', 'default', 'session-forest'],
  'villani-freetext': ['trained', 'default', 'session-forest'],
  sapimouse: ['window-plda', 'session-forest'],
  // Ten people are too few to learn a population from some of them and judge the others.
  balabit: ['trained'],
};

function trialsOf(set: SessionSetName, detector: SessionDetectorName): SessionTrial[] {
  if (set === 'sapimouse' || set === 'balabit') {
    const [enrol, window] = set === 'sapimouse' ? [1, 10] : [3, 20];
    return [{ set, detector, crossFit: false, unit: 'actions', window, enrol, takers: 40 }];
  }
  const aalto = set === 'aalto-desktop';
  const base = {
    set,
    detector,
    crossFit: !aalto && detector === 'default',
    unit: 'keys',
    enrol: aalto ? 5 : 3,
    takers: aalto ? 8 : 40,
  } as const;
  const windows = detector === 'trained' ? [50, SHORT_WINDOW] : [50];
  return windows.map((window) => ({ ...base, window }));
}

export function headOf({ set, detector, crossFit, unit, window, enrol }: SessionTrial): SessionHead {
  return { suite: 'session', detector, condition: `${set} ${unit}=${window}${crossFit ? ' cross-fit' : ''}`, enrol, unit };
}

/** Whether a person is one of those by whom thresholds are chosen: half of all, by nothing but the name. */
export function chooses(set: SessionSetName, user: string): boolean {
  return hashOf(`tacit:session:${set}:${user}`) % 2 === 0;
}

export function hashOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0);
}

import type { FaceInspection, UnreadableFace } from '../face-inspection';
import type { TypingInspection, UnreadableTyping } from '../typing-inspection';
import type { Release } from '../typing-template';
import { EXIT, UsageError } from './cli-error';
import type { Command } from './command';
import { columns } from './command';
import { DATABASE_OPTIONS, subjectOf, withVerifier } from './open-verifier';
import { inspectProfile, type ProfileInspection } from './profile-inspection';

const DAY = 86_400_000;

export const inspectCommand: Command = {
  name: 'inspect',
  usage: '(--profile FILE | --database FILE --subject ID) [options]',
  summary: 'what a stored template is, without anything biometric',
  details: `Prints detector, version, counts, calibration and age; of a face pipeline, counts and age.
Never prints times of keys, descriptors, scores or who it is.`,
  options: {
    profile: { value: 'FILE', help: 'a profile as detector.serialize wrote it' },
    ...DATABASE_OPTIONS,
    'ready-at': { value: 'N', help: "the server's policy.typing.readyAt, if it is not 20" },
    json: { help: 'print JSON' },
  },
  operands: [0, 0],
  examples: ['inspect --profile customer.tctp', 'inspect --database tacit.db --subject c-1842 --json'],
  async run(given, world) {
    const file = given.text('profile');
    const subject = subjectOf(given);
    if (file !== undefined) {
      const clashing = Object.keys(DATABASE_OPTIONS).find((name) => given.has(name));
      if (clashing !== undefined) {
        throw new UsageError(`--profile and --${clashing} exclude each other`);
      }
      const inspection = await inspectProfile(file, world.files);
      world.stdout.write(given.has('json') ? jsonOf({ source: 'profile', ...inspection }) : profileTable(inspection));
      return EXIT.done;
    }
    if (subject === undefined) {
      throw new UsageError(
        given.has('database')
          ? '--subject is missing: the id of a customer'
          : 'name a template: by --profile, or by --database and --subject',
      );
    }
    const { typing, face } = await withVerifier(given, world, async (verifier) => ({
      typing: await verifier.inspectTyping({ subject }),
      face: await verifier.inspectFace({ subject }),
    }));
    const rows = [...typingRows(typing, world.clock()), ...faceRows(face, world.clock())];
    world.stdout.write(
      given.has('json') ? jsonOf({ source: 'database', ...(typing ?? { state: 'none' }), face }) : rows.length === 0 ? '' : table(rows),
    );
    for (const [inspection, what] of [
      [typing, 'template'],
      [face, 'face'],
    ] as const) {
      if (inspection?.state === 'unreadable') {
        world.stderr.write(`tacit inspect: the ${what} can not be read (${inspection.code})\n`);
      }
    }
    if (typing === null) {
      world.stderr.write('tacit inspect: this customer has no template\n');
    }
    return typing === null || typing.state === 'unreadable' || face?.state === 'unreadable' ? EXIT.incomplete : EXIT.done;
  },
};

function jsonOf(value: object): string {
  return `${JSON.stringify({ schema: 'tacit-inspection/1', ...value }, null, 2)}\n`;
}

function profileTable(inspection: ProfileInspection): string {
  const { detector, format, samples, counts, keys, hasHolds, calibration, calibrationState, bytes } = inspection;
  const weighed = counts === null || counts === samples ? '' : `, counted ${counts} times in all`;
  return table([
    ['detector', `${detector}, format ${format}, ${bytes} bytes`],
    ['evidence', `${evidence(samples, keys, hasHolds)}${weighed}`],
    ['calibration', calibrationState === null ? calibration : `${calibration}, ${calibrationState}`],
  ]);
}

type Rows = ReadonlyArray<readonly [string, string]>;

function typingRows(inspection: TypingInspection | UnreadableTyping | null, now: number): Rows {
  if (inspection === null) {
    return [];
  }
  if (inspection.state === 'unreadable') {
    return [['state', `unreadable, ${inspection.code}`]];
  }
  const { state, learned, readyAt, samples, anchorSamples, keys, hasHolds, quarantined, lastReleased } = inspection;
  return [
    ['state', `${state}: ${counted(learned, 'entry', 'entries')} learned, verdicts from ${readyAt}`],
    ['detector', inspection.detector],
    ['evidence', evidence(samples, keys, hasHolds)],
    ['anchor', `${counted(anchorSamples, 'entry', 'entries')} verified by an independent factor`],
    ['calibration', `${inspection.calibration}, ${inspection.calibrationState}`],
    ['enrolled', moment(inspection.enrolledAt, now)],
    ['last learned', moment(inspection.lastLearned, now)],
    ['quarantine', counted(quarantined, 'entry', 'entries')],
    ...(lastReleased === null ? [] : ([['last release', releaseOf(lastReleased, now)]] as const)),
    ...(inspection.historyState === 'readable'
      ? []
      : ([['replay check', 'its history can not be read: every sign-in asks for the code']] as const)),
  ];
}

function faceRows(inspection: FaceInspection | UnreadableFace | null, now: number): Rows {
  if (inspection === null) {
    return [];
  }
  if (inspection.state === 'unreadable') {
    return [['face', `unreadable, ${inspection.code}`]];
  }
  const { state, pipeline, samples, descriptors, judged, blocked, pending } = inspection;
  const made =
    samples === null || descriptors === null
      ? ''
      : `, ${counted(descriptors, 'descriptor', 'descriptors')} of ${counted(samples, 'look', 'looks')}`;
  return [
    ['face', `${state}${blocked ? ', waits for a code' : ''}${pending ? ', another one waits to be activated' : ''}`],
    ['face pipeline', `${pipeline}${made}`],
    ['face enrolled', moment(inspection.enrolledAt, now)],
    ['face judged', counted(judged, 'look', 'looks')],
  ];
}

function table(rows: Rows): string {
  return `${columns(rows).join('\n')}\n`;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function evidence(samples: number, keys: number, hasHolds: boolean | null): string {
  const holds = hasHolds === null ? '' : hasHolds ? ', with hold times' : ', press times only';
  return `${counted(samples, 'entry', 'entries')} of ${keys} keys${holds}`;
}

function moment(at: number, now: number): string {
  const days = (now - at) / DAY;
  return `${new Date(at).toISOString()} (${days < 0 ? 'by a clock ahead of this one' : `${days.toFixed(1)} days ago`})`;
}

function releaseOf({ at, learned, dropped }: Release, now: number): string {
  return `${learned} learned, ${dropped} dropped, ${moment(at, now)}`;
}

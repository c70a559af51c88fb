import type { TypingInspection } from '../typing-inspection';
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
  summary: 'what a stored typing template is, without anything biometric',
  details: `Prints detector, version, counts, calibration and age. Never prints times of keys, scores or who it is.`,
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
    const inspection = await withVerifier(given, world, (verifier) => verifier.inspectTyping({ subject }));
    if (inspection === null) {
      world.stdout.write(given.has('json') ? jsonOf({ source: 'database', state: 'none' }) : '');
      world.stderr.write('tacit inspect: this customer has no template\n');
      return EXIT.incomplete;
    }
    world.stdout.write(given.has('json') ? jsonOf({ source: 'database', ...inspection }) : templateTable(inspection, world.clock()));
    return EXIT.done;
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

function templateTable(inspection: TypingInspection, now: number): string {
  const { state, learned, readyAt, samples, anchorSamples, keys, hasHolds, quarantined, lastReleased } = inspection;
  return table([
    ['state', `${state}: ${counted(learned, 'entry', 'entries')} learned, verdicts from ${readyAt}`],
    ['detector', inspection.detector],
    ['evidence', evidence(samples, keys, hasHolds)],
    ['anchor', `${counted(anchorSamples, 'entry', 'entries')} verified by an independent factor`],
    ['calibration', `${inspection.calibration}, ${inspection.calibrationState}`],
    ['enrolled', moment(inspection.enrolledAt, now)],
    ['last learned', moment(inspection.lastLearned, now)],
    ['quarantine', counted(quarantined, 'entry', 'entries')],
    ...(lastReleased === null ? [] : ([['last release', releaseOf(lastReleased, now)]] as const)),
  ]);
}

function table(rows: ReadonlyArray<readonly [string, string]>): string {
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

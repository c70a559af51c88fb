import { EXIT, UsageError } from './cli-error';
import type { Command } from './command';
import { DATABASE_OPTIONS, subjectOf, withVerifier } from './open-verifier';
import { startProgress } from './progress';

export const retrainCommand: Command = {
  name: 'retrain',
  usage: '--database FILE (--subject ID | --all) [options]',
  summary: 'renews stored typing templates that are not as this version would make them',
  details: `Renews profile and calibration from the entries that a template holds; learns nothing new. Safe beside
a running server. Ctrl-C ends it in order: what was renewed stays, and the next run goes on from there.

The server's policy.registration.passwordEntries is not known here, so that a template that can not
be read is made anew only where at least 20 entries of its enrolment are kept, the most that a policy
asks for. Others fail, and are left to the server: its jobs, or verifier.retrainTyping.`,
  options: { ...DATABASE_OPTIONS, all: { help: 'every customer' }, json: { help: 'print JSON' } },
  operands: [0, 0],
  examples: ['retrain --database tacit.db --subject c-1842', 'retrain --database tacit.db --all --json'],
  async run(given, world) {
    const subject = subjectOf(given);
    if ((subject === undefined) === !given.has('all')) {
      throw new UsageError(subject === undefined ? 'say whom: --subject ID or --all' : '--subject and --all exclude each other');
    }
    const print = (text: string, json: object): void =>
      world.stdout.write(given.has('json') ? `${JSON.stringify({ schema: 'tacit-retraining/1', ...json }, null, 2)}\n` : `${text}\n`);
    if (subject !== undefined) {
      const result = await withVerifier(given, world, (verifier) => verifier.retrainTyping({ subject }));
      print(WORDS[result.status], result);
      return result.status === 'no-template' ? EXIT.incomplete : EXIT.done;
    }
    const signal = world.interruption();
    const progress = startProgress(world.stderr, 'retraining');
    const made = await withVerifier(given, world, (verifier) =>
      verifier.retrainAllTyping({ signal, onProgress: ({ done, total }) => progress.step(done, total) }),
    );
    progress.end();
    const interrupted = signal.aborted;
    const failed =
      made.failed === 0 ? '' : `, ${made.failed} failed: leave them to the server, and have those who fail there too enrol again`;
    print(`${made.retrained} retrained, ${made.unchanged} as they should be${failed}${interrupted ? '; interrupted' : ''}`, {
      ...made,
      interrupted,
    });
    if (interrupted) {
      return EXIT.interrupted;
    }
    return made.failed > 0 ? EXIT.incomplete : EXIT.done;
  },
};

const WORDS = {
  retrained: 'retrained',
  unchanged: 'unchanged: the template is as it should be',
  'no-template': 'this customer has no template',
} as const;

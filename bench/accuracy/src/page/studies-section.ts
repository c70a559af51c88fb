import { formatMarkdown } from '../../../speed/src/table';
import type { CrossTyping, Report, ReportRow } from '../report';
import { interval, rate } from '../report-table';

/** The reports of the classical papers, from these data. */
export function studiesSection(report: Report, picture: (name: string) => string): string {
  return `## Studies

### How many attempts?

Templates of n entries, no learning, tested on CMU 201-400. \`first\`: a person's first n entries of the text, days before the test, when typing it was
new. \`latest\`: the n entries just before the test.

${picture('learning-curve')}
${attempts(report)}

### Typing each other's password

Five people each; everybody makes ten attempts at the password of everybody, at the shipped threshold for a false match rate of .01. A cell is the number
accepted; rows are typists, columns owners of the template.

${report.cross_typing.map(crossMatrix).join('\n\n')}

### Does a complex password help?

Five or ten first entries enrolled, all later ones tested. \`bits\`: characters times the logarithm to base 2 of the number of characters of the kinds used,
which is what a guesser faces, not what typing shows.

${complexity(report)}

### Decisions and the area under the curve

At the shipped threshold for a false match rate of .01.

${confusion(report)}`;
}

function attempts({ curves }: Report): string {
  const own = curves.filter(({ suite }) => suite === 'learning-curve');
  const counts = [...new Set(own.flatMap(({ points }) => points.map((point) => point.attempts)))].toSorted((a, b) => a - b);
  return formatMarkdown(
    ['detector, entries, impostors', ...counts.map((n) => `n = ${n}`), ''],
    own.map(({ detector, condition, points }) => [
      `${detector}, ${condition}`,
      ...counts.map((n) => rate(points.find((point) => point.attempts === n)?.eer_user, 3)),
      '',
    ]),
  );
}

function crossMatrix({ set, text, enrol, cells }: CrossTyping): string {
  const owners = [...new Set(cells.map(({ owner }) => owner))];
  const own = cells.filter(({ owner, typist }) => owner === typist);
  const others = cells.filter(({ owner, typist }) => owner !== typist);
  const sum = (list: CrossTyping['cells'], pick: 'accepted' | 'attempts') => list.reduce((total, cell) => total + cell[pick], 0);
  const table = formatMarkdown(
    ['typed by', ...owners.map((owner) => `${owner}'s`), ''],
    owners.map((typist) => [
      typist,
      ...owners.map((owner) => {
        const cell = cells.find((each) => each.owner === owner && each.typist === typist);
        return cell === undefined ? '-' : `${cell.accepted}/${cell.attempts}`;
      }),
      '',
    ]),
  );
  return `**${set}, \`${text}\`, ${enrol} entries enrolled**: own entries accepted ${sum(own, 'accepted')} of ${sum(own, 'attempts')}, others' ${sum(others, 'accepted')} of ${sum(others, 'attempts')}.

${table}`;
}

function complexity({ complexity: studied }: Report): string {
  const texts = [...new Set(studied.map(({ set, enrol }) => `${set}\n${enrol}`))];
  return formatMarkdown(
    ['text', 'set', 'n', 'characters', 'keys pressed', 'bits', 'default', '95 %', 'scaled Manhattan', ''],
    texts.flatMap((key) => {
      const own = studied.filter(({ set, enrol }) => `${set}\n${enrol}` === key);
      const first = own[0];
      if (first === undefined) return [];
      const by = (name: string) => own.find(({ detector }) => detector === name);
      return [
        [
          `\`${first.text}\``,
          first.set,
          String(first.enrol),
          String(first.characters),
          String(first.keys),
          first.bits.toFixed(0),
          rate(by('default')?.eer_user),
          interval(by('default')?.eer_user_ci),
          rate(by('scaled-manhattan')?.eer_user),
          '',
        ],
      ];
    }),
  );
}

/** Rows whose decisions are worth counting out: the fresh template, the full one, the learning one, and other texts. */
function confusion({ rows }: Report): string {
  const wanted = (row: ReportRow) =>
    (row.suite === 'cmu-practised' && row.enrol === 5) ||
    (row.suite === 'cmu-static' && row.enrol === 200) ||
    row.suite === 'cmu-adaptive' ||
    row.suite === 'phrases';
  return formatMarkdown(
    ['default detector', 'n', 'genuine accepted', 'genuine refused', 'impostors accepted', 'impostors refused', 'auc', ''],
    rows
      .filter((row) => row.detector === 'default' && wanted(row))
      .flatMap((row) => {
        const at = row.at_targets.find(({ target_fmr }) => target_fmr === 0.01);
        if (at === undefined) return [];
        const refused = Math.round(at.fnmr * row.genuine);
        const accepted = Math.round(at.fmr * row.impostor);
        const counts = [row.genuine - refused, refused, accepted, row.impostor - accepted].map(String);
        return [[`${row.suite} ${row.condition}`, String(row.enrol), ...counts, rate(row.auc), '']];
      }),
  );
}

import { describe, expect, it } from 'vitest';
import { drawPlots } from '../plots/plots';
import { REPORT_SCHEMA, type Report, type ReportRow } from '../report';
import { accuracyPage } from './accuracy-page';
import { floorSection } from './floor-section';
import { meaningSection } from './meaning-section';

function row(suite: string, detector: string, condition: string, enrol: number, eer: number): ReportRow {
  return {
    suite,
    detector,
    condition,
    enrol,
    users: 4,
    genuine: 200,
    impostor: 1_000,
    eer_user: eer,
    eer_user_ci: [eer - 0.01, eer + 0.01],
    eer_global: eer + 0.001,
    eer_global_ci: null,
    auc: 0.99,
    auc_ci: null,
    fnmr_at_fmr_1pct: 0.25,
    fnmr_at_fmr_1pct_ci: null,
    fnmr_at_fmr_01pct: 0.5,
    fnmr_at_fmr_01pct_ci: null,
    fmr_01pct_rests_on: 1,
    fmr_claimable: 0.003,
    insufficient: 0,
    at_targets: [{ target_fmr: 0.01, fmr: 0.02, fmr_ci: [0.01, 0.03], fnmr: 0.1, fnmr_ci: null }],
  };
}

const report: Report = {
  schema: REPORT_SCHEMA,
  version: 'abc123',
  seed: 7,
  resamples: 2_000,
  quick: false,
  data: [{ name: 'cmu', file: 'cmu/file.csv', sha256: 'f'.repeat(64) }],
  left_out: ['dual-branch-lstm: not trained'],
  calibrate_every: 1,
  rows: [
    row('cmu-static', 'default', 'novice', 200, 0.0345),
    row('cmu-static', 'scaled-manhattan', 'novice', 200, 0.0962),
    row('cmu-practised', 'default', 'novice', 5, 0.0381),
    row('cmu-practised', 'default', 'practised', 5, 0.0634),
    row('cmu-adaptive', 'default', 'novice gate=timing', 5, 0.0181),
    row('phrases', 'default', 'keystroke100', 5, 0.0933),
  ],
  rows_odd: [row('cmu-static', 'default', 'novice', 200, 0.0456)],
  travel: [
    {
      detector: 'default',
      enrol: 5,
      cut_off: 'target=0.01',
      set: 'keystroke100',
      users: 4,
      genuine: 9,
      impostor: 90,
      fmr: 0.0123,
      fmr_ci: null,
      fnmr: 0.44,
      fnmr_ci: null,
    },
  ],
  travel_summary: [
    { detector: 'default', enrol: 'all', cut_off: 'target=0.01', sets: 3, fmr_mean: 0.0144, fmr_worst: 0.0364, fnmr_mean: 0.55 },
  ],
  curves: [
    {
      suite: 'cmu-adaptive',
      detector: 'default',
      condition: 'novice gate=timing',
      enrol: 5,
      points: [
        {
          from: 6,
          attempts: 50,
          eer_user: 0.0262,
          eer_user_ci: [0.02, 0.03],
          eer_global: 0.03,
          fnmr_at_fmr_1pct: 0.1,
          fmr_at_threshold: 0.001,
          fnmr_at_threshold: 0.2,
        },
        {
          from: 51,
          attempts: 100,
          eer_user: 0.0343,
          eer_user_ci: [0.02, 0.04],
          eer_global: 0.03,
          fnmr_at_fmr_1pct: 0.1,
          fmr_at_threshold: 0.001,
          fnmr_at_threshold: 0.2,
        },
      ],
    },
  ],
  learning: [],
  cross_typing: [
    {
      set: 'cmu',
      text: '.tie5Roanl',
      detector: 'default',
      enrol: 10,
      cells: [
        { owner: 'a', typist: 'a', accepted: 8, attempts: 10 },
        { owner: 'a', typist: 'b', accepted: 1, attempts: 10 },
        { owner: 'b', typist: 'a', accepted: 0, attempts: 10 },
        { owner: 'b', typist: 'b', accepted: 9, attempts: 10 },
      ],
    },
  ],
  complexity: [
    {
      set: 'keystroke100',
      text: 'try4-mbs',
      characters: 8,
      keys: 8,
      bits: 48.6,
      detector: 'default',
      enrol: 5,
      eer_user: 0.0933,
      eer_user_ci: [0.08, 0.11],
    },
  ],
  det: [
    {
      suite: 'cmu-static',
      detector: 'default',
      condition: 'novice',
      enrol: 200,
      points: [
        [0.001, 0.4],
        [0.01, 0.2],
        [0.1, 0.02],
      ],
    },
  ],
};

describe('meaningSection', () => {
  const told = (change: (row: ReportRow) => ReportRow) => meaningSection({ ...report, rows: report.rows.map(change) });
  const worse = (suite: string, detector: string, eer_user: number) => (each: ReportRow) =>
    each.suite === suite && each.detector === detector ? { ...each, eer_user } : each;

  it('says no more than the figures do', () => {
    const whole = meaningSection(report);
    expect(whole).toContain('scaled Manhattan gives .0962, as published');
    expect(told(worse('cmu-static', 'scaled-manhattan', 0.0971))).toContain('scaled Manhattan gives .0971 (published: .0962)');
    expect(whole).toContain('the rate is .018 [.008, .028] (five fresh entries that stand still: .038)');
    expect(whole).toContain('theirs has a higher equal error rate than that of\n  all in 1, above the interval of all in 1.');
    const few = (fnmr: number) => (each: ReportRow) => ({ ...each, at_targets: each.at_targets.map((at) => ({ ...at, fnmr })) });
    expect(told(few(0.3))).toContain('typing is a hint');
    expect(told(few(0.05))).not.toContain('typing is a hint');
  });

  it('calls practice what it is only where first entries are much worse than fresh ones', () => {
    const stale = (eer: number) => meaningSection({ ...report, rows: [...report.rows, row('cmu-static', 'default', 'novice', 5, eer)] });
    expect(stale(0.38)).toContain('is worth little');
    expect(stale(0.05)).toContain('give .050 on entries 201-400, where those of entries 196-200 give .038.');
    expect(stale(0.05)).not.toContain('is worth little');
  });

  it('says of a threshold that it does not travel only where it does not', () => {
    const [shipped] = report.travel_summary;
    if (shipped === undefined) throw new Error('no summary');
    const cmu = (fmr_mean: number, fmr_worst = 0.05) =>
      meaningSection({ ...report, travel_summary: [shipped, { ...shipped, cut_off: 'cmu-even', fmr_mean, fmr_worst }] });
    expect(cmu(0.1)).toContain('let in .100 in the\n  mean and .050 at worst: the condition');
    expect(cmu(0.1)).toContain(
      '**does not hold**. The shipped cut-offs therefore rest on phrases glued from the free text of Aalto typists',
    );
    expect(cmu(0.03, 0.061)).toContain('**does not hold**');
    expect(cmu(0.03, 0.06)).toContain('.060 at worst, within the condition');
    expect(cmu(0.03, 0.06)).not.toContain('Aalto');
  });

  it('gives the odd people of CMU apart from the mean of other sets', () => {
    const [row] = report.travel;
    if (row === undefined) throw new Error('no row');
    const odd = ['novice', 'practised'].map((words, i) => ({ ...row, set: `cmu odd ${words}`, fmr: 0.001 + 0.002 * i, fnmr: 0.5 }));
    const other = { ...row, set: 'cmu even novice', fmr: 0.9 };
    expect(meaningSection({ ...report, travel: [...report.travel, ...odd, other] })).toContain(
      'Apart from these, on the odd-numbered people of CMU: .0020 let in, .50 refused.',
    );
    expect(meaningSection(report)).not.toContain('odd-numbered people of CMU:');
  });
});

describe('accuracyPage', () => {
  const plots = drawPlots(report);
  const page = accuracyPage(
    report,
    [{ row: { suite: 'cmu-static', detector: 'default', condition: 'novice', enrol: 200 }, figure: 'eer_user', most: 0.03 }],
    plots,
  );

  it('shows the figures of the report, and the plots that it has the curves for', () => {
    expect(plots.map(({ name }) => name)).toEqual(['det-cmu-static.svg', 'first-days-novice.svg']);
    for (const { name } of plots) expect(page).toContain(`](accuracy/${name})`);
    for (const figure of ['.0345', '.0962', '.0634', '.0181', '.0933', '.0123', '.0144', '.036', 'abc123', 'Seed 7'])
      expect(page).toContain(figure);
    expect(page).toContain('| a | 8/10 | 0/10 |');
    expect(page).toContain("own entries accepted 17 of 20, others' 1 of 20");
    expect(page).toContain('dual-branch-lstm: not trained');
    expect(page).toContain('| cmu-static novice n=200 default eer_user | <= 0.03 | .0345 | BROKEN |');
  });

  it('shows odd people beside the whole, where they are told apart', () => {
    expect(page).toMatch(/\| novice \| 200 \|.*\.0345.*\n\| novice, odd people \| 200 \|.*\.0456/);
    expect(page.match(/odd people \|/g)).toHaveLength(1);
  });

  it('says how far under their floors the figures of this very run lie, and which row is above its reference', () => {
    const at = { suite: 'cmu-static', detector: 'default', condition: 'novice', enrol: 200 };
    const floors = [0.0375, 0.05].map((most) => ({ row: at, figure: 'eer_user', most }));
    expect(floorSection(floors, report)).toContain(
      'Of 2 equal error rates in this run the one farthest under its floor is .0155 under it.',
    );
    const forest = (eer: number) =>
      floorSection(floors, { ...report, rows: [...report.rows, row('cmu-static', 'random-forest-summary', 'novice unknown', 10, eer)] });
    expect(forest(0.4077)).toContain('One row is above its reference: `random-forest-summary`, `novice unknown`, ten entries, at .4077');
    expect(forest(0.405)).not.toContain('above its reference');
  });

  it('counts decisions out of rates', () => {
    expect(page).toContain('| cmu-static novice | 200 | 180 | 20 | 20 | 980 | .9900 |');
  });

  it('stars what rests on too few impostor attempts', () => {
    expect(page).toContain('.500*');
  });

  it('has nothing in it that is not a figure', () => {
    expect(page).not.toMatch(/NaN|undefined|null|Infinity/);
  });
});

describe('suites on windows of a session', () => {
  const of = (suite: string, detector: string, condition: string, enrol: number, eer: number): ReportRow => ({
    ...row(suite, detector, condition, enrol, eer),
    eer_global_ci: [eer - 0.002, eer + 0.004],
  });
  const freeText = [
    of('free-text', 'trained', 'aalto-desktop keys=50 protocol=5x50', 5, 0.0374),
    of('free-text', 'trained', 'aalto-desktop keys=50 protocol=5x50 clock=16ms', 5, 0.0411),
    {
      ...of('free-text', 'default', 'aalto-desktop keys=50 protocol=5x50', 5, 0.0811),
      at_targets: [{ target_fmr: 0.01, fmr: 0.0412, fmr_ci: null, fnmr: 0.2, fnmr_ci: null }],
    },
    of('free-text', 'trained', 'aalto-desktop keys=50', 5, 0.0301),
    of('free-text', 'trained', 'aalto-desktop keys=100', 5, 0.0152),
    of('free-text', 'default', 'villani-freetext sessions=3 keys=200 cross-fit=5', 3, 0.0777),
  ];
  const pointer = [
    of('pointer', 'window-plda', 'sapimouse session', 1, 0.0557),
    of('pointer', 'window-plda', 'sapimouse actions=10', 1, 0.1333),
    of('pointer', 'window-plda', 'sapimouse actions=20', 1, 0.0911),
    of('pointer', 'window-plda', 'balabit session known', 5, 0.0766),
  ];
  const whole: Report = {
    ...report,
    rows: [...report.rows, ...freeText, ...pointer],
    free_text: { rows: freeText, populations: [{ name: 'trained', people: 900, dropped: 3 }] },
    pointer: { rows: pointer, populations: [] },
  };
  const plots = drawPlots(whole);
  const page = accuracyPage(whole, [], plots);

  it('have tables with intervals of one threshold for all, and curves', () => {
    expect(page).toMatch(/\| aalto-desktop keys=100 \| 5 \| 4 \| 200 \| 1000 \| \.0162 \| \[\.013, \.019\] \| \.0152 \|/);
    expect(plots.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['free-text-keys.svg', 'free-text-enrolment.svg', 'pointer-actions.svg']),
    );
    for (const { name } of plots) expect(page).toContain(`](accuracy/${name})`);
    const curve = plots.find(({ name }) => name === 'free-text-keys.svg');
    // Rows of the generic protocol alone.
    expect(curve?.svg).toContain('trained, aalto-desktop: .0311 at 50, .0162 at 100.');
    expect(curve?.svg).not.toContain('5x50');
    expect(page).not.toMatch(/NaN|undefined|null|Infinity/);
  });

  it('say of clocks what the rows say, and who trained', () => {
    expect(page).toContain('cost .0037 of the equal error rate: it is not the clock that is recognised');
    expect(page).toContain(
      'free-text, trained: population of 900 people, none of them under test; 3 left out, whose recordings are under test.',
    );
    expect(page).toContain(
      'let in .0200 with the population of its own kind and .0412 with the shipped one: a calibration belongs to its population',
    );
    const coarse = freeText.map((each) => (each.condition.endsWith('16ms') ? { ...each, eer_global: 0.06 } : each));
    const other = accuracyPage({ ...whole, free_text: { rows: coarse, populations: [] } }, [], plots);
    expect(other).toContain('cost .0216 of the equal error rate.');
  });

  it('are no part of what is said of fixed text, and leave no trace where they were not measured', () => {
    expect(meaningSection(whole)).toBe(meaningSection(report));
    const without = accuracyPage(report, [], []);
    expect(without).not.toContain('## Free text');
    expect(without).not.toContain('## Pointer');
  });
});

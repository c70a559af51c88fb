import { formatMarkdown } from '../../../speed/src/table';
import type { Floor } from '../floors';
import type { DrawnPlot } from '../plots/plots';
import type { Report } from '../report';
import { ROW_HEADER, rowTable, TRAVEL_HEADER, travelTable } from '../report-table';
import { adaptiveSection } from './adaptive-section';
import { faceSection } from './face-section';
import { floorSection } from './floor-section';
import { freeTextSection } from './free-text-section';
import { meaningSection } from './meaning-section';
import { pointerSection } from './pointer-section';
import { sessionSection } from './session-section';
import { studiesSection } from './studies-section';

/** The page on accuracy, made of one report; every number on it comes from there. */
export function accuracyPage(report: Report, floors: readonly Floor[], plots: readonly DrawnPlot[]): string {
  const rows = (suite: string) =>
    formatMarkdown(ROW_HEADER, rowTable({ rows: report.rows.filter((row) => row.suite === suite), rows_odd: report.rows_odd }), 3);
  const picture = (name: string) => {
    const plot = plots.find((each) => each.name === `${name}.svg`);
    return plot === undefined ? '' : `![${plot.title}](accuracy/${plot.name})\n`;
  };
  const sections = [
    head(report),
    meaningSection(report),
    `## One text, no learning: CMU\n\nEnrolled on the first n entries; tested on 201-400.\n\n${picture('det-cmu-static')}\n${rows('cmu-static')}`,
    `## One text, fresh templates: CMU\n\nEnrolled on the n entries before 201; tested on 201-400.\n\n${picture('det-cmu-practised')}\n${rows('cmu-practised')}`,
    adaptiveSection(report, rows('cmu-adaptive'), picture),
    `## Other texts\n\nThe generic protocol; no number was retuned. MOBIKEY with \`entries=36-40\` is enrolled on those and tested on the later ones.\n\n${picture('det-phrases')}\n${rows('phrases')}`,
    `## Does the threshold travel?\n\n${TRAVEL_TEXT}\n\n${formatMarkdown(TRAVEL_HEADER, travelTable(report), 3)}`,
    studiesSection(report, picture),
    freeTextSection(report, picture),
    pointerSection(report, picture),
    sessionSection(report, picture),
    faceSection(report.face),
    floorSection(floors, report),
    sources(report),
  ];
  // Plots that a report has not leave gaps behind.
  return `${sections
    .map((section) => section.trim())
    .join('\n\n')
    .replaceAll(/\n{3,}/g, '\n\n')}\n`;
}

function head({ seed, resamples, version, calibrate_every, left_out }: Report): string {
  const calibration =
    calibrate_every === 1
      ? 'calibrated after every learned entry, as the product does'
      : `calibrated after every ${calibrate_every} learned entries, to save time; the product does it after each`;
  const missing = left_out.length === 0 ? '' : `\n- Left out of this run: ${left_out.join('; ')}.`;
  return `# Accuracy

Made by \`npm run bench:accuracy -- --docs\`; do not edit. Seed ${seed}, packages as built (digest ${version}).

How it is measured:

- Rates are fractions. \`eer_user\`: the mean over people of each one's own equal error rate, where the two step curves cross. \`eer_global\`, \`auc\` and
  \`fnmr@\`: one threshold for all people, on the scores that the product itself would threshold. \`refused\`: share of probes that could not be judged, such as entries of another key
  sequence than the others.
  \`fmr/fnmr at .01\`: what the shipped threshold for a false match rate of .01 did.
- Intervals hold 95 % of ${resamples.toLocaleString('en')} resamples of the people (of 500 where there are more than half a million attempts). \`fnmr@.1%\` with a star rests on fewer than 3,000 impostor attempts, which cannot show
  a false match rate as low: with n attempts and no error, 3/n is the bound.
- Impostors know the text and make no effort. Novice: their first five entries of it. Practised: their entries 196-200. Their attempts are
  reported apart.
- Causal: a template knows its enrolment and what was accepted before. No score is normalised by scores of the test.
- Rows that need other people's entries come twice. \`unknown\`: the impostors' entries trained nothing (two halves of the people). \`known\`: the impostors are
  enrolled too, with the very entries of their attack where those are among the enrolled, as in the classical closed-set studies: a best case.
- Numbers of the default detector were fitted on the even-numbered CMU people and on typists of another set. CMU rows are of all people; below them stand those
  of the \`odd people\` alone, customers and impostors, for the default detector and scaled Manhattan.
- The gate of \`gate=timing\` is no part of the product: the .6 in its .6 + 2.2 exp(-(n - 5) / 15) was chosen with all CMU people in view, odd ones too. So the
  rows of that gate may flatter, those of odd people as well.
- Adaptive templates are ${calibration}.${missing}`;
}

const TRAVEL_TEXT = `Observed rates at one threshold for everybody: at the shipped thresholds for .01 and .05, and at the cut-off that lets in 1 % of impostors
(half of them novices) on the even-numbered CMU people with as many entries. Means are over the other sets, without CMU, whose text both cut-offs know. A rate above the target means that strangers to a new text are let in more often
than was asked for. Genuine probes: CMU 201-400; MOBIKEY and MEU-Mobile the 15 entries after the enrolment; the others all later ones. The sets of ten entries
a person enrol nine where ten are asked for, so their FNMR there rests on one probe a person. At 40 entries the default detector's raw score,
whose cut-off was set on CMU alone, has begun to count; only MOBIKEY, MEU-Mobile and CMU have as many.`;

function sources({ data }: Report): string {
  const cite: Record<string, string> = {
    cmu: 'K. Killourhy, R. Maxion, "Comparing Anomaly-Detection Algorithms for Keystroke Dynamics", DSN 2009',
    'greyc-nislab':
      'S. Z. Syed Idrus, E. Cherrier, C. Rosenberger, P. Bours, "Soft Biometrics Database", BIOSIG 2013 (half of its people, three phrases)',
    keystroke100: 'C. C. Loy, W. K. Lai, C. P. Lim, IIHMSP 2007 (press-press times alone)',
    mobikey:
      'M. Antal, L. Nemes, "The MOBIKEY Keystroke Dynamics Password Database", CSOC 2016 (entries of the most common key sequence; others are refused)',
    'meu-mobile':
      'N. Al-Obaidi, M. Al-Jarrah, "Statistical Median-Based Classifier Model for Keystroke Dynamics on Mobile Devices", ICDIPC 2016 (times alone)',
    'aalto-desktop':
      'V. Dhakal, A. M. Feit, P. O. Kristensson, A. Oulasvirta, "Observations on Typing from 136 Million Keystrokes", CHI 2018 (some of the people; rows are of those who do not train)',
    'villani-freetext': 'M. Villani et al., CVPRW 2006, as preprocessed by J. V. Monaco, C. Tappert, Pattern Recognition 76, 2018',
    'monaco-fable': 'J. V. Monaco, C. Tappert, Pattern Recognition 76, 2018',
    sapimouse: 'M. Antal, N. Fejer, K. Buza, "SapiMouse", SACI 2021 (72 of its people)',
    'balabit training': 'A. Fulop, L. Kovacs, T. Kurics, E. Windhager-Pokol, Balabit Mouse Dynamics Challenge, 2016',
    'balabit test': 'the same (sessions with a public label)',
    'balabit labels': 'the same',
    lfw: 'G. Huang, M. Ramesh, T. Berg, E. Learned-Miller, "Labeled Faces in the Wild", UMass TR 07-49, 2007 (View 1, development test part, deep-funneled)',
    'lfw pairs': 'the protocol of the same',
    'faces-deepface': 'photographs of the unit tests of the deepface library',
  };
  const lines = data.map(({ name, file, sha256 }) => `- ${name}: ${cite[name] ?? ''}. \`${file}\`, SHA-256 \`${sha256.slice(0, 16)}\``);
  return `## Data\n\nPublic research sets, given by path and never shipped.\n\n${lines.join('\n')}`;
}

import { formatMarkdown } from '../../../speed/src/table';
import type { FaceCrossRow, FaceReport } from '../face/face-report';
import {
  FACE_CROSS_HEADER,
  FACE_FNMR_HEADER,
  FACE_HEADER,
  faceCrossTable,
  faceFnmrTable,
  faceTable,
  peopleHeader,
  peopleRows,
} from '../face/face-table';
import { rate } from '../report-table';

/** The published accuracy of the network whose port the product uses, on View 2 of LFW. */
const PUBLISHED = 0.9938;

/** What the page says of faces; empty where they were not measured. */
export function faceSection(face: FaceReport | undefined): string {
  if (face === undefined || face.cross.length === 0) return '';
  const [first] = face.people_limits;
  return [
    `## Faces\n\n${INTRODUCTION}`,
    meaning(face),
    formatMarkdown(FACE_HEADER, faceTable(face)),
    `A star: so few pairs of strangers can not show a false match rate of .001; it rests on none of them.\n\n${formatMarkdown(FACE_FNMR_HEADER, faceFnmrTable(face))}`,
    `### Every picture against every other\n\n${CROSS}\n\n${formatMarkdown(FACE_CROSS_HEADER, faceCrossTable(face), 4)}`,
    `### Calibration\n\n${calibration(face)}`,
    frames(face),
    `### Person against person\n\nThe pictures of faces-deepface, every person against every other, and on the diagonal against the own others: how many pairs lie within ${rate(first, 2)} and within the
shipped threshold for .001 (${rate(face.people_limits[1], 3)}), of how many. ${nearDoubles(face)}\n\n${formatMarkdown(peopleHeader(face), peopleRows(face))}`,
    `### What these figures do not say\n\n${LIMITS}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const INTRODUCTION = `Measured with the very pipeline that runs in the browser (its steps are one module without a page), on Node with TensorFlow.js' wasm backend: the 1,000 pairs of LFW's
development test part, 500 of one person and 500 of two, pictures as the set has them. Every picture is also tried \`darkened\` (8 % of the light, with a sensor's noise),
\`brightened\` (3.5 times the light, clipped) and \`half-shaded\` (6 % of the light on one half of the picture); then both pictures of a pair are, or one of them against the other in normal light.
Intervals hold 95 % of resamples of the pairs. \`not acquired\`: share of the pictures in which no face was found.`;

const CROSS = `All pairs of pictures, those of strangers being far more than the protocol's 500: the only way to see low false match rates. It is not the official protocol; pairs share pictures, so intervals
resample people. Thresholds were set on one half of the people, in normal light; the rows of the other half and of other light tell whether they hold there.`;

const LIMITS = `- Nothing of attacks: a photograph, a mask, an injected stream and a descriptor computed elsewhere are no part of it, and no distance can tell them.
- LFW are news photographs of mostly male adults, faces 100 to 125 pixels wide. No split by sex, age or skin was made: the set has no labels for it. Its authors warn that figures on it do not show
  that a method is fit for use.
- The network was trained on photographs of celebrities, and celebrities are in both sets: they may flatter it.
- The pipeline's settings were chosen on 58 pictures of the pairs and the pictures of faces-deepface, the thresholds on half of the people. The pairs of the protocol are in part of that half.
- A customer's frames come from one camera a few minutes or months apart; pictures of LFW from many cameras and years.`;

function meaning({ rows, cross, acquisition }: FaceReport): string {
  const pairs = rows.find(({ condition }) => condition === 'lfw normal');
  // Of the people who did not set the thresholds: on the others they hold by making.
  const convention = at(cross, 'check', null);
  const product = at(cross, 'check', 0.001);
  const found = acquisition.find(({ lighting }) => lighting === 'normal');
  if (pairs === undefined || convention === undefined || product === undefined || found === undefined) return '';
  const behind = PUBLISHED - (pairs.accuracy_at_06 ?? Number.NaN);
  const fallback = found.pictures - found.not_acquired - (found.by_detector['tiny-416'] ?? 0);
  return `- Where a distance of at most .6 means the same person, ${rate(pairs.accuracy_at_06, 3)} of the pairs are judged right. That is ${rate(behind, 3)} below the ${rate(PUBLISHED)} that dlib's author publishes for
  the network: his figure is of another part of the set, with dlib's own detector and a crop that is turned upright, and needs the mean over jittered crops (its example says so). Of what can be told here, boxes that frame something else
  than the face make part of the errors (more under "Frames of one look"); the rest is not known.
- The .6 is a convenience, no bank's threshold: it lets in ${percent(convention.fmr)} of strangers among the people who did not set the thresholds. At the product's own threshold (false match rate .001, distance ${rate(product.distance, 3)}) they are let in as one another in ${percent(product.fmr)} of their pairs, and refused as themselves in ${percent(product.fnmr)}.
${poorLight(cross)}- A face was found in ${found.pictures - found.not_acquired} of ${found.pictures} pictures, in ${fallback} of them only by a later detector. Some box was found: a few are wrong. In the browser pictures that are too dark, blurred or turned away are
  refused before that.`;
}

/** What the product's threshold lets in where both pictures were taken in the same poor light. */
function poorLight(cross: readonly FaceCrossRow[]): string {
  const rates = cross
    .filter(({ people, lighting }) => people === 'check' && lighting !== 'normal')
    .map(({ lighting, at: rows }) => ({ lighting, row: rows.find(({ target_fmr }) => target_fmr === 0.001) }))
    .map(
      ({ lighting, row }) =>
        `${lighting} ${percent(row?.fmr ?? null)} of strangers and ${percent(row?.fnmr ?? null)} of the same people refused`,
    );
  return rates.length === 0
    ? ''
    : `- The thresholds were set in normal light and do not quite hold elsewhere. Where both pictures are in the same poor light, that threshold lets in, of the same half of the people: ${rates.join('; ')}.\n`;
}

function at(cross: readonly FaceCrossRow[], people: FaceCrossRow['people'], target: number | null): FaceCrossRow['at'][number] | undefined {
  return cross.find((row) => row.lighting === 'normal' && row.people === people)?.at.find(({ target_fmr }) => target_fmr === target);
}

function percent(share: number | null): string {
  return share === null ? '-' : `${(100 * share).toPrecision(2)} %`;
}

function calibration({ calibration: study }: FaceReport): string {
  if (study === null) return 'Not measured.';
  const costs = study.cost
    .map(({ half, shipped, least }) => `${half === 'fit' ? 'fitting' : 'other'} half ${shipped.toFixed(4)} (at best ${least.toFixed(4)})`)
    .join(', ');
  const cuts = study.refit_cut_offs
    .map(({ target_fmr, distance, shipped }) => `${target_fmr}: ${rate(distance, 4)} (shipped ${rate(shipped, 3)})`)
    .join(', ');
  const { offset, slope, curvature } = study.refit;
  return `Cost of the shipped log likelihood ratios in bits, where 1 is what knowing nothing costs: ${costs}. Fitted anew on the fitting half: ${offset.toFixed(2)} ${signed(slope)} d ${signed(curvature)} d^2, and
distances at false match rates ${cuts}.`;
}

/** What frames of one look may differ by. */
function frames({ film }: FaceReport): string {
  if (film === null) return '';
  const { pictures, frames: count, median, least, limit, disagreeing, most_agreeing, score_disagreeing } = film;
  const apart =
    disagreeing === 0
      ? ''
      : ` Of ${disagreeing} pictures two frames were further apart: there the detector framed something else than the face in one of them, at scores of ${rate(score_disagreeing, 2)} and less. Such a frame is left out, and the next one taken.`;
  return `### Frames of one look

Frames of one look must agree within ${rate(limit, 2)}, and no two may be the same. ${pictures} pictures, each as ${count} frames (moved, nearer, in other light, with noise; the head does not turn): the median distance is ${rate(median, 3)}, the
least ${rate(least, 3)}, the farthest of pictures whose frames agree ${rate(most_agreeing, 3)}.${apart}`;
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'} ${Math.abs(value).toFixed(2)}`;
}

function nearDoubles({ people }: FaceReport): string {
  const strangers = people.filter(({ a, b }) => a !== b);
  const near = strangers.filter(({ within }) => (within[0] ?? 0) > 0);
  const least = Math.min(...strangers.map((cell) => cell.least));
  if (near.length === 0) return `No two people lie within .6; the nearest pair is at ${rate(least, 2)}.`;
  const names = near.map(({ a, b }) => `${a} and ${b}`).join(', ');
  return `Strangers within .6: ${names}; the nearest pair is at ${rate(least, 2)}. False matches are not spread evenly: to this network some people are near doubles.`;
}

import { formatMarkdown } from '../../../speed/src/table';
import { type Floor, judgeFloors } from '../floors';
import type { Report } from '../report';
import { FLOOR_HEADER, floorTable, rate } from '../report-table';

/** The floors, how close they lie to what was measured, and where a reference is missed. */
export function floorSection(floors: readonly Floor[], report: Report): string {
  const lines = [WHAT, nearness(floors, report), aboveReference(report)].filter((line) => line !== '');
  return `## Floors\n\n${lines.join('\n')}\n\n${formatMarkdown(FLOOR_HEADER, floorTable(judgeFloors(floors, report, true)))}`;
}

const WHAT = `What \`npm run bench:accuracy -- --check\` holds the product to. At a seed the figures do not vary, so that floors are set by what was measured and a little more.`;

/** By this run's figures, not by what they were when the floors were set. */
function nearness(floors: readonly Floor[], report: Report): string {
  const judged = judgeFloors(floors, report, true);
  const gaps = floors.flatMap(({ figure, most }, i) => {
    const value = judged[i]?.value;
    return figure.startsWith('eer_') && most !== undefined && value !== undefined ? [most - value] : [];
  });
  if (gaps.length === 0) return '';
  return `Of ${gaps.length} equal error rates in this run the one farthest under its floor is ${rate(Math.max(...gaps))} under it.`;
}

/** The classical summary forest on ten entries, strangers not enrolled: .395 as measured by others, and .01. */
const REFERENCE = 0.405;

function aboveReference({ rows }: Report): string {
  const row = rows.find(
    ({ suite, detector, condition, enrol }) =>
      suite === 'cmu-static' && detector === 'random-forest-summary' && condition === 'novice unknown' && enrol === 10,
  );
  const eer = row?.eer_user ?? 0;
  return eer > REFERENCE
    ? `One row is above its reference: \`random-forest-summary\`, \`novice unknown\`, ten entries, at ${rate(eer)}, where .395 by others and a margin of .01 make ${rate(REFERENCE, 3)}.`
    : '';
}

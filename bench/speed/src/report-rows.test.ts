import { expect, it } from 'vitest';
import { HEADER, reportRows } from './report-rows';
import { sampleReport } from './sample-report.test-support';
import { formatText } from './table';

it('shows every figure of a report, with what it is to be compared with', () => {
  const text = formatText(HEADER, reportRows(sampleReport()));
  for (const part of [
    /^own +100 us +\+- 10.0 us +forest 250 us: 2.50 times as much$/m,
    /^dual-branch network: score one entry of 50 keys +800 us +\+- 80.0 us$/m,
    /^verifyTyping, sqlite store +2.00 ms +\+- 200 us +4.00 ms of wall-clock time; 98 % accepted$/m,
    /^verifyTyping, postgres store +2.00 ms/m,
    /^- of it garbage collection +150 us +10 %$/m,
    /^- of it more than with the memory store +500 us +25 %$/m,
    /^login over HTTP, sqlite store .* 125 logins a second, one at a time; 10 % asked for the code$/m,
    /^login: one case, the other +30.0 ms, 30.5 ms +difference 0.50 ms; median of 500 pairs -0.40 ms$/m,
    /^population of free text, in memory +180 KB$/m,
    /^template of the pointer, stored +900 bytes +kept: at most 2048 bytes$/m,
    /^score against 100 samples +100 us +kept: at most 200 us$/m,
  ]) {
    expect(text).toMatch(part);
  }
});

it('says of a broken limit that it is broken', () => {
  const report = sampleReport();
  report.verifyTyping[1]!.warm.medianUs = 4_000;
  expect(formatText(HEADER, reportRows(report))).toMatch(/^verifyTyping, sqlite store +4.00 ms +BROKEN: at most 3.00 ms$/m);
});

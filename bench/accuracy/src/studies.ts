import type { TextSets } from './data/text-sets';
import type { Job, JobResult } from './jobs';
import type { CrossTyping, ReportRow, TextComplexity } from './report';

/** The small groups who typed each other's passwords. */
export async function crossTypings(jobs: readonly Job[], results: readonly JobResult[], sets: TextSets): Promise<CrossTyping[]> {
  const studies: CrossTyping[] = [];
  for (const [i, job] of jobs.entries()) {
    if (job.kind !== 'cross-typing') continue;
    const { text } = await sets.get(job.set);
    const enrol = job.enrol[1] - job.enrol[0];
    studies.push({ set: job.set, text, detector: job.detector, enrol, cells: results[i]?.cross ?? [] });
  }
  return studies;
}

/** The texts of the generic protocol beside their error rates. */
export async function complexityRows(rows: readonly ReportRow[], sets: TextSets): Promise<TextComplexity[]> {
  const studied: TextComplexity[] = [];
  for (const { suite, detector, condition, enrol, eer_user, eer_user_ci } of rows) {
    if (suite !== 'phrases' || condition.includes('=')) continue;
    const { text, keys } = await sets.get(condition);
    studied.push({
      set: condition,
      text,
      characters: text.length,
      keys: keys.length,
      bits: bitsOf(text),
      detector,
      enrol,
      eer_user,
      eer_user_ci,
    });
  }
  return studied;
}

const CLASSES = [
  { holds: /[a-z]/, size: 26 },
  { holds: /[A-Z]/, size: 26 },
  { holds: /[0-9]/, size: 10 },
  { holds: /[^a-zA-Z0-9]/, size: 33 },
];

/** What a guesser faces who knows only which kinds of characters were used: length x log2(characters of those kinds). */
export function bitsOf(text: string): number {
  const pool = CLASSES.reduce((sum, { holds, size }) => sum + (holds.test(text) ? size : 0), 0);
  return text.length * Math.log2(pool);
}

import type { FixedTextEvaluation } from '@tacit-auth/models/evaluation';
import type { DetectorName } from './detectors';

/** What was asked for, beside what the evaluation says itself. */
export interface EvaluationRun {
  readonly detector: DetectorName;
  readonly seed: number;
  /** Samples in the file. */
  readonly samples: number;
}

/** The figures as plain JSON. Rows are those of the accuracy bench: one in all, and one a text where there are several. */
export function evaluationJson(evaluation: FixedTextEvaluation, { detector, seed, samples }: EvaluationRun) {
  const { enrol, adaptive, groups } = evaluation;
  const condition = adaptive === null ? 'fixed' : `fixed adaptive gate=${adaptive}`;
  const row = (words: string, { figures, decisions }: Pick<FixedTextEvaluation, 'figures' | 'decisions'>) => ({
    suite: 'typing-jsonl',
    detector,
    condition: words,
    enrol,
    ...figures,
    at_targets: decisions.map(({ targetFmr, fmr, fmrCi, fnmr, fnmrCi }) => ({
      target_fmr: targetFmr,
      fmr,
      fmr_ci: fmrCi,
      fnmr,
      fnmr_ci: fnmrCi,
    })),
  });
  const several = groups.length > 1 ? groups : [];
  return {
    schema: 'tacit-evaluation/1',
    detector: evaluation.detector,
    seed,
    samples,
    texts: groups.map(({ group, keys, counted, holds, users, unenrolled }) => ({
      group,
      keys,
      counted,
      holds,
      templates: users.length,
      unenrolled,
    })),
    rows: [
      row(condition, evaluation),
      ...several.map((group) => row(`${condition} group=${(group.group ?? 'null').replaceAll(/\s+/g, '_')}`, group)),
    ],
  };
}

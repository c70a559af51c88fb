import type { Report } from '../report';

/** A population that a run trained for its rows. */
export interface TrainedPopulation {
  readonly name: string;
  readonly people: number;
  /** People left out of the training because their recordings are under test. */
  readonly dropped: number;
}

/** What was trained on whom, a line each: nobody under test trains. */
export function populationLines({ free_text, pointer }: Pick<Report, 'free_text' | 'pointer'>): string[] {
  const lines = (suite: string, populations: readonly TrainedPopulation[] = []) =>
    populations.map(
      ({ name, people, dropped }) =>
        `${suite}, ${name}: population of ${people} people, none of them under test${dropped === 0 ? '' : `; ${dropped} left out, whose recordings are under test`}`,
    );
  return [...lines('free-text', free_text?.populations), ...lines('pointer', pointer?.populations)];
}

import { ModelError, parseFreeTextPopulation, parsePointerPopulation } from '@tacit-auth/models';
import { CliError } from './cli-error';
import type { PopulationKind } from './population-training';

/** What anybody may know of a population: nothing of a person is in it. */
export interface PopulationInspection {
  readonly kind: PopulationKind;
  readonly format: string;
  readonly id: string;
  /** People it was trained on. */
  readonly users: number;
  readonly source: string;
  /** Bytes of the file. */
  readonly bytes: number;
}

/** Larger than any population of a known version. */
export const MOST_POPULATION_BYTES = 4_194_304;

/** What stored populations begin with. */
const KINDS = {
  TCTL: ['free-text', parseFreeTextPopulation],
  TCTM: ['pointer', parsePointerPopulation],
} as const;

/** @throws CliError where the bytes are no population of a known version */
export function inspectPopulation(data: Uint8Array, file: string): PopulationInspection {
  const mark = String.fromCharCode(...data.subarray(0, 4));
  const known = Object.entries(KINDS).find(([each]) => each === mark)?.[1];
  if (known === undefined) {
    throw new CliError(`${file}: no population; tacit population train makes one`);
  }
  const [kind, parse] = known;
  try {
    const { schema, id, users, source } = parse(data);
    return { kind, format: schema, id, users, source, bytes: data.byteLength };
  } catch (error) {
    if (error instanceof ModelError) {
      throw new CliError(`${file}: ${error.message} (${error.code})`);
    }
    throw error;
  }
}

/** Rows of a table. */
export function inspectionRows({ kind, format, id, users, source, bytes }: PopulationInspection): [string, string][] {
  return [
    ['population', `${kind}, ${format}, ${bytes} bytes`],
    ['id', id],
    ['people', String(users)],
    ['source', printable(source)],
  ];
}

/** A file may be anybody's: no control characters of it reach a terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, '?');
}

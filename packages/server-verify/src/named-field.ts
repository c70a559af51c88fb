import { TacitError } from '@tacit-auth/features';

/** Parses something from outside; an error's field begins with `name`, which says which of several it was. */
export function parseNamed<Parsed>(parse: (value: unknown) => Parsed, value: unknown, name: string): Parsed {
  try {
    return parse(value);
  } catch (error) {
    if (error instanceof TacitError) {
      throw new TacitError(error.code, error.message, { field: error.field === undefined ? name : `${name}.${error.field}` });
    }
    throw error;
  }
}

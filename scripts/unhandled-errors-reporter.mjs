import { writeFileSync } from 'node:fs';

/**
 * A reporter of vitest that writes what went wrong outside of any test, as a list of texts, to the file in `UNHANDLED_ERRORS_FILE`. The JSON reporter leaves
 * it out, though vitest fails for it: an error that nothing caught, or a type that a type test could not find.
 */
export default class UnhandledErrorsReporter {
  onTestRunEnd(_modules, errors) {
    writeFileSync(process.env.UNHANDLED_ERRORS_FILE, JSON.stringify(errors.map((error) => error.stack || error.message || String(error))));
  }
}

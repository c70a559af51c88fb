import { BenchError } from './bench-error';

/**
 * A loader that maps packages to their sources would time something that nobody installs.
 *
 * @param resolve `import.meta.resolve` of whoever measures
 * @throws BenchError for a package that does not resolve to its build
 */
export function assertPublishedCode(packages: readonly string[], resolve: (name: string) => string): void {
  for (const name of packages) {
    if (!resolve(name).endsWith('/dist/index.js')) throw new BenchError(`${name} does not resolve to its build`);
  }
}

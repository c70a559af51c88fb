import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longest, the longest first: started last, one of them alone would keep the others waiting. Where there are times of an earlier run, these decide. */
const LONGEST = ['e2e/face.e2e.ts', 'e2e/two-servers.e2e.ts', 'e2e/pages.e2e.ts', 'e2e/checks.e2e.ts', 'e2e/registration.e2e.ts'];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const found = LONGEST.findIndex((name) => moduleId.endsWith(name));
      return found < 0 ? LONGEST.length : found;
    };
    // The sort is stable: the others stay in the order of their size or time.
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

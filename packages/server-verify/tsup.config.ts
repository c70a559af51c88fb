import { packageBuild } from '../../scripts/package-build.ts';

export default packageBuild([
  'src/index.ts',
  'src/sqlite.ts',
  'src/http.ts',
  'src/hono.ts',
  'src/testing.ts',
  'src/cli.ts',
  'src/population-worker.ts',
]);

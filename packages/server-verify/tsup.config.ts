import { packageBuild } from '../../scripts/package-build.ts';

export default packageBuild([
  'src/index.ts',
  'src/sqlite.ts',
  'src/postgres.ts',
  'src/http.ts',
  'src/hono.ts',
  'src/express.ts',
  'src/fastify.ts',
  'src/next.ts',
  'src/websocket.ts',
  'src/testing.ts',
  'src/cli.ts',
  'src/population-worker.ts',
]);

import { join } from 'node:path';
import { beforeAll } from 'vitest';
import { describeApp, makePeople, type People, run } from './app-scenario';
import { installPackages, writeApp } from './install';

const FILES = ['tacit.mjs', 'lib/handler.mjs', 'app/auth/[...tacit]/route.js', 'app/api/balance/route.js', 'next.config.mjs'];
const ENTRY = '@tacit-auth/server-verify/next';
/** Shows what Next does with a stream whose reader has gone. */
const PROBE = `
import { tacitRoutes } from '${ENTRY}';
let ended = 0;
const events = () => new ReadableStream({
  start: (controller) => controller.enqueue(new TextEncoder().encode(':\\n\\n')),
  cancel: () => { ended++; },
});
export const { GET } = tacitRoutes({
  handle: async ({ url }) => url.endsWith('/events')
    ? new Response(events(), { headers: { 'content-type': 'text/event-stream' } })
    : Response.json({ ended }),
});
`;

let place = '';
let people: People;
beforeAll(async () => {
  place = installPackages('next');
  people = await makePeople(place);
});

const next = () => join(place, 'node_modules/next/dist/bin/next');

describeApp('next', {
  sockets: false,
  people: () => people,
  async app() {
    const app = join(place, 'app');
    // Without a configuration of its own Next would read the workspace's, and resolve the packages to their sources.
    writeApp(app, FILES, { 'jsconfig.json': '{"compilerOptions":{}}', 'app/probe/[...path]/route.js': PROBE });
    await run(app, [next(), 'build']);
    return app;
  },
  args: (port) => [next(), 'start', '--port', String(port)],
  probe: '/probe',
});

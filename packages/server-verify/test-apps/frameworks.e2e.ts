import { join } from 'node:path';
import { beforeAll } from 'vitest';
import { describeApp, makePeople, type People } from './app-scenario';
import { installPackages, writeApp } from './install';

let place = '';
let people: People;
beforeAll(async () => {
  place = installPackages('frameworks');
  people = await makePeople(place);
});

for (const name of ['express', 'fastify', 'hono']) {
  describeApp(name, {
    sockets: true,
    people: () => people,
    async app() {
      const app = join(place, name);
      writeApp(app, ['tacit.mjs', `${name}.mjs`]);
      return app;
    },
    args: () => [`${name}.mjs`],
  });
}

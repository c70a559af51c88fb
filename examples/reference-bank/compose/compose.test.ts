import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const folder = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (name: string): string => readFileSync(`${folder}${name}`, 'utf8');

/** The part of the Compose specification that this file uses; anything else in it is a slip. */
const healthcheck = z.strictObject({
  test: z.array(z.string()).min(2),
  interval: z.string(),
  timeout: z.string(),
  retries: z.int(),
  start_period: z.string().optional(),
});
const service = z.strictObject({
  image: z
    .string()
    .regex(/^[a-z]+:[0-9.]+$/)
    .optional(),
  build: z.strictObject({ context: z.string(), dockerfile: z.string() }).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  ports: z.array(z.string().regex(/^127\.0\.0\.1:/, 'open to this machine alone')).optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal('service_healthy') })).optional(),
  restart: z.string().optional(),
  healthcheck: healthcheck.optional(),
});
const file = z.strictObject({
  name: z.string(),
  'x-bank': service,
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()),
});

it('is of the form that compose reads, and names nothing that is not there', () => {
  const { services, volumes } = file.parse(parse(read('compose.yaml'), { merge: true }));
  for (const [name, { image, build, depends_on: after = {}, volumes: mounts = [] }] of Object.entries(services)) {
    expect([name, (image === undefined) !== (build === undefined)]).toEqual([name, true]);
    for (const other of Object.keys(after)) expect(services[other]?.healthcheck, `${name} waits for ${other}`).toBeDefined();
    for (const mount of mounts) {
      const [source = ''] = mount.split(':');
      expect(source.startsWith('./') ? existsSync(`${folder}${source}`) : Object.hasOwn(volumes, source), mount).toBe(true);
    }
    if (build) {
      expect(fileURLToPath(new URL(build.context, import.meta.url).href.replace(/\/?$/, '/'))).toBe(root);
      expect(existsSync(`${root}${build.dockerfile}`)).toBe(true);
    }
  }
});

it('has two servers that differ in nothing, on one database, and a proxy that knows both', () => {
  const { services } = file.parse(parse(read('compose.yaml'), { merge: true }));
  expect(services.first?.environment).toEqual(services.second?.environment);
  expect(services.first?.environment?.BANK_DATABASE_URL).toMatch(/@database:5432\/bank$/);
  const upstream = [...read('nginx.conf').matchAll(/^\s+server (\w+):(\d+)/gm)].map(([, name, port]) => [name, port]);
  expect(upstream).toEqual(['first', 'second'].map((name) => [name, services[name]?.environment?.PORT]));
  const [, published] = /127\.0\.0\.1:(\d+):/.exec(services.proxy?.ports?.[0] ?? '') ?? [];
  expect(services.first?.environment?.BANK_ORIGIN).toBe(`http://localhost:${published}`);
});

it('starts what is there', () => {
  const dockerfile = read('Dockerfile');
  const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { packageManager: string };
  expect(dockerfile).toContain(`${manifest.packageManager} install --frozen-lockfile`);
  expect(existsSync(`${root}examples/reference-bank/src/server/main.ts`)).toBe(true);
  expect(dockerfile).toContain('"src/server/main.ts"');
});

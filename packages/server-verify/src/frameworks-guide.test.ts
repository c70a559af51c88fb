import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as express from './express';
import * as fastify from './fastify';
import * as hono from './hono';
import * as http from './http';
import * as next from './next';
import * as websocket from './websocket';
import { socketLimits } from './websocket/socket-limits';

const ENTRIES = { express, fastify, hono, http, next, websocket };
const guide = readFileSync(new URL('../../../docs/frameworks.md', import.meta.url), 'utf8');

it('states every limit of sockets with its default', () => {
  const stated = [...guide.matchAll(/^\| `([A-Za-z]+)`[^|]*\| ([\d,]+) \|/gm)].map(([, name, value]) => [
    name,
    Number(value!.replace(/,/g, '')),
  ]);
  expect(Object.fromEntries(stated)).toEqual(socketLimits());
});

it('states every close code', () => {
  const stated = [...guide.matchAll(/^\| (\d{4}) \|/gm)].map(([, code]) => Number(code));
  expect(stated).toEqual(Object.values(websocket.CLOSE_CODES).sort((a, b) => a - b));
});

it('names only what the adapters export', () => {
  for (const [, names, entry] of guide.matchAll(
    /^import \{ ([^}]+) \} from '@tacit-auth\/server-verify\/(express|fastify|hono|next|websocket|http)';/gm,
  )) {
    expect(names!.split(', ').filter((name) => !(name in ENTRIES[entry as keyof typeof ENTRIES]))).toEqual([]);
  }
});

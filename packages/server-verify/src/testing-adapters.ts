import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpHandler } from './http';
import { MAX_BODY_BYTES } from './http/read-body';
import { ask, open } from './testing-http-client';
import { GRANT, probeHandler } from './testing-probe-handler';

export interface AdapterApp {
  port: number;
  close(): Promise<void>;
}

/**
 * What every adapter to Node's HTTP server does alike. `start` serves the handler, and beside it `GET /page` (`page`), `POST /own` with a body parser
 * of the framework (the body as JSON), and behind the guard `GET /money` (the grant) and `GET /pending` (the same, with the scope `step-up`). All
 * answers of the application carry the cookie `app=1`.
 */
export function describeNodeAdapter(name: string, start: (handler: HttpHandler) => Promise<AdapterApp>): void {
  const json = { 'content-type': 'application/json' };

  describe(`${name} adapter`, () => {
    const probe = probeHandler();
    let app: AdapterApp;
    let port = 0;
    beforeAll(async () => {
      app = await start(probe);
      port = app.port;
    });
    afterAll(() => app.close());

    it('serves what is under the base path and leaves the rest to the application', async () => {
      const { status, text } = await ask(port, '/auth/echo?a=b&a=c', { headers: { cookie: 'x=1; y=2', origin: 'https://bank.test' } });
      expect([status, JSON.parse(text)]).toEqual([
        200,
        {
          method: 'GET',
          query: '?a=b&a=c',
          cookie: 'x=1; y=2',
          origin: 'https://bank.test',
          address: expect.stringMatching(/^(::ffff:)?127\.0\.0\.1$/),
        },
      ]);
      expect(await ask(port, '/page')).toMatchObject({ status: 200, text: 'page' });
      expect((await ask(port, '/auth/none')).text).toContain('ERR_NOT_FOUND');
      expect((await ask(port, '/authority')).text).not.toContain('ERR_');
    });

    it('takes the address of the connection, whatever a client claims', async () => {
      const { text } = await ask(port, '/auth/echo', { headers: { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9' } });
      expect(JSON.parse(text).address).toMatch(/127\.0\.0\.1$/);
    });

    it('leaves bodies to the handler, and those of other routes to the application', async () => {
      const body = '{"a":[1,{"b":"\\u00e9"}],"c":"é"}';
      expect(JSON.parse((await ask(port, '/auth/echo', { method: 'POST', headers: json, body })).text).body).toEqual({
        a: [1, { b: 'é' }],
        c: 'é',
      });
      expect(await ask(port, '/own', { method: 'POST', headers: json, body: '{"own":1}' })).toMatchObject({
        status: 200,
        text: '{"own":1}',
      });
    });

    it('hands on every content type, and bodies that are none, for the handler to refuse', async () => {
      for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded', 'no type']) {
        expect(await ask(port, '/auth/echo', { method: 'POST', headers: { 'content-type': type }, body: '{}' })).toMatchObject({
          status: 415,
        });
      }
      expect((await ask(port, '/auth/echo', { method: 'POST', body: '{}' })).text).toContain('ERR_CONTENT_TYPE');
      expect((await ask(port, '/auth/echo', { method: 'POST', headers: json, body: '{' })).text).toContain('ERR_BODY_INVALID');
      expect((await ask(port, '/auth/echo', { method: 'POST', headers: json })).text).toContain('ERR_BODY_INVALID');
    });

    it('refuses a body that is too large without reading it to its end', async () => {
      const socket = connect(port, '127.0.0.1');
      socket.write(`POST /auth/echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${2 ** 40}\r\n\r\n{`);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /);
      await once(socket, 'close');
      const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
      const chunked = connect(port, '127.0.0.1');
      // Whoever is cut off in the middle of what he says may see a reset.
      chunked.on('error', () => undefined);
      chunked.write('POST /auth/echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n');
      for (let sent = 0; sent <= MAX_BODY_BYTES; sent += 65_536) {
        chunked.write(chunk);
      }
      const [refused] = (await once(chunked, 'data')) as [Buffer];
      expect(refused.toString()).toMatch(/^HTTP\/1\.1 413 /);
      await once(chunked, 'close');
    });

    it('lives on when a client breaks off its body, or its answer', async () => {
      const socket = connect(port, '127.0.0.1');
      socket.write('POST /auth/echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{');
      await once(socket, 'ready');
      socket.resetAndDestroy();
      const breaking = await open(port, '/auth/breaks').catch((error: Error) => error);
      if (!(breaking instanceof Error)) {
        expect(JSON.stringify(breaking.headers)).not.toContain('ada');
      }
      expect((await ask(port, '/page')).status).toBe(200);
    });

    it('sets every cookie, beside those of the application', async () => {
      const { headers } = await ask(port, '/auth/cookies');
      expect(headers['set-cookie']).toEqual(['app=1', 'one=1; Path=/; HttpOnly', 'two=2; Path=/; HttpOnly']);
      expect(headers['content-type']).toBe('application/json');
      expect(headers['cache-control']).toBe('no-store');
    });

    it('answers other methods as the handler does, and HEAD without a body', async () => {
      expect(await ask(port, '/auth/echo', { method: 'OPTIONS' })).toMatchObject({ status: 200 });
      expect(JSON.parse((await ask(port, '/auth/echo', { method: 'OPTIONS' })).text).method).toBe('OPTIONS');
      for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        expect(await ask(port, '/auth/none', { method })).toMatchObject({ status: 405, text: expect.stringContaining('ERR_METHOD') });
      }
      expect(await ask(port, '/auth/echo', { method: 'HEAD' })).toMatchObject({
        status: 200,
        text: '',
        headers: { 'content-type': 'application/json' },
      });
      expect(await ask(port, '/auth/nothing')).toMatchObject({ status: 204, text: '' });
    });

    it('sends the head of an event stream at once, and each event when it happens', async () => {
      const stream = await open(port, '/auth/events');
      expect([stream.status, stream.headers['content-type']]).toEqual([200, 'text/event-stream']);
      expect(stream.headers['set-cookie']).toEqual(['app=1']);
      for (const text of ['event: change\ndata: {"id":1}\n\n', ':\n\n']) {
        probe.emit(text);
        expect(await stream.next()).toBe(text);
      }
      stream.leave();
      await expect.poll(() => [...probe.ended].sort()).toEqual(['aborted', 'cancelled']);
      probe.ended.length = 0;
    });

    it('makes no more than a slow client takes, and stops when he goes', async () => {
      const stream = await open(port, '/auth/flood');
      // Whatever compresses between here and the client would hold events back.
      expect(stream.headers['cache-control']).toBe('no-store, no-transform');
      stream.pause();
      // The system holds some megabytes for him; then it stands still.
      let before = -1;
      await expect
        .poll(
          () => {
            const still = probe.pulled === before;
            before = probe.pulled;
            return still;
          },
          { interval: 200 },
        )
        .toBe(true);
      expect(probe.pulled * 65_536).toBeLessThan(64 * 2 ** 20);
      stream.leave();
      await expect.poll(() => probe.ended).toContain('cancelled');
      probe.ended.length = 0;
    });

    it('guards routes of the application and hands them the session', async () => {
      expect(JSON.parse((await ask(port, '/money', { headers: { cookie: 'session=ada' } })).text)).toEqual(GRANT);
      expect(JSON.parse((await ask(port, '/pending', { headers: { cookie: 'session=ada' } })).text)).toEqual({
        ...GRANT,
        scope: 'step-up',
      });
      expect(await ask(port, '/money')).toMatchObject({ status: 401, text: expect.stringContaining('ERR_SESSION_NONE') });
      const locked = await ask(port, '/money', { headers: { cookie: 'session=locked' } });
      expect(locked).toMatchObject({ status: 423, text: expect.stringContaining('ERR_SESSION_LOCKED') });
      expect(locked.headers['set-cookie']).toEqual(['app=1']);
    });

    it('answers a failure of the handler with a code and nothing else', async () => {
      const { status, text } = await ask(port, '/auth/throws');
      expect(status).toBe(500);
      expect(text).not.toContain('ada');
    });
  });
}

import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { smtpSink } from './mail-sinks';

interface FakeServer {
  url: string;
  commands: string[];
  data: string;
}

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

/** A mail server of one connection at a time, without TLS. */
async function mailServer(reply: (command: string) => string | undefined = () => undefined): Promise<FakeServer> {
  const fake: FakeServer = { url: '', commands: [], data: '' };
  const server = createServer((socket: Socket) => {
    let inData = false;
    let buffered = '';
    socket.write('220 localhost ready\r\n');
    socket.on('data', (chunk) => {
      buffered += chunk.toString();
      for (let end = buffered.indexOf('\r\n'); end >= 0; end = buffered.indexOf('\r\n')) {
        const line = buffered.slice(0, end);
        buffered = buffered.slice(end + 2);
        if (inData && line !== '.') {
          fake.data += `${line}\n`;
          continue;
        }
        if (!inData) {
          fake.commands.push(line);
        }
        const standard = line === 'DATA' ? '354 go on' : line === 'QUIT' ? '221 bye' : line.startsWith('EHLO') ? '250 localhost' : '250 ok';
        inData = line === 'DATA';
        socket.write(`${reply(line) ?? standard}\r\n`);
      }
    });
    socket.on('error', () => socket.destroy());
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  fake.url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return fake;
}

const MESSAGE = { id: 'alice.m1', customer: 'alice', to: 'alice@example.com', subject: 'Your code', text: 'The code is 12345678.' };

describe('smtpSink', () => {
  it('hands a message to a server on this machine', async () => {
    const server = await mailServer();
    await smtpSink({ url: server.url, from: 'bank@example.com' }).deliver(MESSAGE);
    expect(server.commands.filter((line) => /^(MAIL|RCPT)/.test(line))).toEqual([
      'MAIL FROM:<bank@example.com>',
      'RCPT TO:<alice@example.com>',
    ]);
    expect(server.data).toContain('Subject: Your code');
    expect(server.data).toContain('Message-ID: <m1@example.com>');
    expect(server.data).toContain('The code is 12345678.');
  });

  it('rejects with a code that repeats nothing when the server refuses', async () => {
    const server = await mailServer((line) => (line.startsWith('RCPT') ? '550 alice@example.com is unknown' : undefined));
    const error = await smtpSink({ url: server.url, from: 'bank@example.com' })
      .deliver(MESSAGE)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'TacitServerError', code: 'ERR_MAIL_DELIVERY' });
    expect(`${(error as Error).message} ${String((error as Error).cause)}`).not.toContain('alice');
    expect(server.data).toBe('');
  });

  it('rejects with a code when there is no server', async () => {
    const server = await mailServer();
    await new Promise((resolve) => servers.pop()!.close(resolve));
    await expect(smtpSink({ url: server.url, from: 'bank@example.com' }).deliver(MESSAGE)).rejects.toMatchObject({
      code: 'ERR_MAIL_DELIVERY',
    });
  });

  it('sends nothing in the clear to another machine: a server without TLS is refused before the envelope', async () => {
    const server = await mailServer();
    // Not one of the names of this machine, but an address of it all the same.
    const url = server.url.replace('127.0.0.1', '127.0.0.2');
    const elsewhere = createServer((socket) => {
      socket.write('220 elsewhere ready\r\n');
      socket.on('data', (chunk) => {
        server.commands.push(...chunk.toString().trim().split('\r\n'));
        socket.write(chunk.toString().startsWith('EHLO') ? '250 elsewhere\r\n' : '502 no TLS here\r\n');
      });
      socket.on('error', () => socket.destroy());
    });
    servers.push(elsewhere);
    await new Promise<void>((resolve) => elsewhere.listen(Number(new URL(url.replace('smtp:', 'http:')).port), '127.0.0.2', resolve));
    await expect(smtpSink({ url, from: 'bank@example.com' }).deliver(MESSAGE)).rejects.toMatchObject({ code: 'ERR_MAIL_DELIVERY' });
    expect(server.commands.some((line) => /^(MAIL|RCPT|DATA|AUTH)/.test(line))).toBe(false);
    expect(server.commands).toContain('STARTTLS');
  });

  it.each([
    [{ url: 'https://mail.example.com', from: 'a@example.com' }, RangeError, 'url'],
    [{ url: 'mail.example.com', from: 'a@example.com' }, RangeError, 'url'],
    [{ url: 'smtp://', from: 'a@example.com' }, RangeError, 'url'],
    [{ url: 25, from: 'a@example.com' }, TypeError, 'url'],
    [{ url: 'smtp://mail.example.com' }, TypeError, 'from'],
    [{ url: 'smtp://mail.example.com', from: 'Bank <a@example.com>' }, RangeError, 'from'],
  ])('refuses %j', (options, kind, name) => {
    expect(() => smtpSink(options as never)).toThrow(kind);
    expect(() => smtpSink(options as never)).toThrow(name);
  });
});

// Run as a process of its own by the test of idle sockets: opens many sockets that never say anything, prints how they were answered, and holds them.
import { writeSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { upgradeLines } from './testing-sockets';

const [port, count] = process.argv.slice(2).map(Number) as [number, number];
const AT_ONCE = 100;
const held: Socket[] = [];
const answers: Record<string, number> = {};

function open(i: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    held.push(socket);
    // One in ten does not even end its request.
    const unfinished = i % 10 === 9;
    const request = upgradeLines(`idle-${i}`).join('\r\n');
    socket.write(unfinished ? request : `${request}\r\n\r\n`);
    const settle = (answer: string) => {
      answers[answer] = (answers[answer] ?? 0) + 1;
      resolve();
    };
    socket.on('error', () => undefined);
    if (unfinished) {
      socket.once('connect', () => settle('unfinished'));
    } else {
      socket.once('data', (head: Buffer) => settle(head.toString('latin1').split(' ')[1] ?? ''));
    }
  });
}

let next = 0;
async function openAll(): Promise<void> {
  while (next < count) {
    await open(next++);
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, openAll));
writeSync(1, `${JSON.stringify(answers)}\n`);
// Until the parent ends it.
setInterval(() => undefined, 60_000);

import { expect, it } from 'vitest';
import { type Profile, sharesOf } from './profile-shares';

const node = (id: number, functionName: string, url: string, children: number[] = []): Profile['nodes'][number] => ({
  id,
  callFrame: { functionName, scriptId: '0', url, lineNumber: 0, columnNumber: 0 },
  children,
});

const NODES = [
  node(1, '(root)', '', [2, 7, 8, 9]),
  node(2, 'verifyTyping', 'file:///x/packages/server-verify/dist/index.js', [3, 5]),
  node(3, 'open', 'file:///x/packages/crypto/dist/index.js', [4]),
  node(4, 'decrypt', 'file:///x/node_modules/@noble/ciphers/chacha.js'),
  node(5, 'run', 'file:///x/node_modules/another/index.js', [6]),
  node(6, 'js_next', ''),
  node(7, '(garbage collector)', ''),
  node(8, '(idle)', ''),
  node(9, '(program)', ''),
];

it('gives each sample to the nearest part above it, and leaves idle time out', () => {
  const profile = { nodes: NODES, samples: [2, 3, 4, 6, 7, 8, 9], timeDeltas: [5, 20, 20, 30, 15, 1_000, 10] };
  expect(sharesOf(profile)).toEqual([
    { name: 'sealing, keys, pseudonyms', share: 0.4 },
    { name: 'records, JSON, audit chain, store', share: 0.35 },
    { name: 'garbage collection', share: 0.15 },
    { name: 'the rest of Node.js, and the bench', share: 0.1 },
  ]);
});

it('counts a sample whose clock ran backwards as nothing', () => {
  expect(sharesOf({ nodes: NODES, samples: [4, 6], timeDeltas: [-5, 10] })).toEqual([
    { name: 'records, JSON, audit chain, store', share: 1 },
    { name: 'sealing, keys, pseudonyms', share: 0 },
  ]);
});

import { expect, it } from 'vitest';
import { machineTimeOf, stolen, usedByOthers } from './machine-time';

const stat = (user: number, idle: number, steal: number) =>
  `cpu  ${user} 0 0 ${idle} 0 0 0 ${steal} 7 0\ncpu0 1 0 0 1 0 0 0 0 0 0\nintr 1 2 3\n`;

it('tells the share that the host took between two moments, guests not counted twice', () => {
  const [from, to] = [machineTimeOf(stat(100, 100, 0)), machineTimeOf(stat(150, 120, 30))];
  expect(from).toEqual({ total: 200, steal: 0, busy: 100 });
  expect(stolen(from, to)).toBeCloseTo(0.3, 12);
  // Half a second of programs, of which 200 ms were one's own.
  expect(usedByOthers(from, to, 200)).toBeCloseTo(0.3, 12);
  expect(usedByOthers(from, to, 900)).toBe(0);
});

it('tells none where the system tells none', () => {
  expect(machineTimeOf('cpu  1 2 3 4\n')).toBeNull();
  expect(machineTimeOf('')).toBeNull();
  const known = machineTimeOf(stat(1, 1, 1));
  expect([stolen(null, known), stolen(known, null), stolen(known, known), usedByOthers(null, known, 1)]).toEqual([null, null, null, null]);
});

import type { FreeTextTable } from './free-text-table';
import type { FreeTextTimings } from './free-text-timings';

/**
 * The summary of a window by plain loops over plain arrays, formula by formula: what the fast one is tested against. For tests only.
 */
export function referenceSummary(timings: FreeTextTimings, table: FreeTextTable): number[] {
  const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
  const fingers = ['qaz', 'wsx', 'edc', 'rfvtgb', 'yhnujm', 'ik', 'ol', 'p'];
  const finger = (key: number): number => {
    if (key === 0) return 8;
    if ([2, 3, 37, 38].includes(key)) return 9;
    if (key === 5) return 6;
    if (key === 6) return 5;
    if (key < 11) return 7;
    return fingers.findIndex((letters) => letters.includes(LETTERS.charAt(key - 11)));
  };
  const hand = (key: number) => (finger(key) < 4 ? 'L' : finger(key) < 8 ? 'R' : finger(key) === 8 ? 'thumb' : 'none');
  const digraph = (a: number, b: number): number => {
    if (a === 1 || b === 1) return 8;
    if (hand(a) === 'none' || hand(b) === 'none') return 9;
    if (a === b) return 0;
    if (b === 0) return 6;
    if (a === 0) return 7;
    if (finger(a) === finger(b)) return 1;
    const byHands: Readonly<Record<string, number>> = { LL: 2, RR: 3, LR: 4, RL: 5 };
    return byHands[`${hand(a)}${hand(b)}`]!;
  };
  const clip = (x: number, low: number, high: number) => Math.min(Math.max(x, low), high);
  const keys = Array.from(timings.keys);
  const holds = Array.from(timings.hold, (ms, i) => (Number.isNaN(ms) ? Math.exp(table.holdLocation[keys[i]!]!) : ms));
  const press = [0];
  for (const gap of timings.pressPress) press.push(press.at(-1)! + gap);
  const frames = keys.slice(1).map((b, j) => {
    const i = j + 1;
    const a = keys[j]!;
    const pair = 39 * a + b;
    const H = (at: number) => Math.log(clip(holds[at]!, 8, 800));
    const h = (at: number) => clip((H(at) - table.holdLocation[keys[at]!]!) / table.holdScale[keys[at]!]!, -4, 4);
    const gap = timings.pressPress[j]!;
    const DD = Math.log(clip(gap, 8, 2000));
    const UD = Math.asinh(clip(gap - holds[j]!, -400, 2000) / 40);
    const UU = Math.asinh(clip(gap - holds[j]! + holds[i]!, -400, 2000) / 40);
    const z = (x: number, location: Float64Array, scale: Float64Array) => clip((x - location[pair]!) / scale[pair]!, -4, 4);
    return {
      a,
      b,
      pair,
      cls: digraph(a, b),
      H: H(i),
      DD,
      UD,
      h: h(i),
      hp: h(j),
      dd: z(DD, table.pressPressLocation, table.pressPressScale),
      ud: z(UD, table.releasePressLocation, table.releasePressScale),
      uu: z(UU, table.releaseReleaseLocation, table.releaseReleaseScale),
    };
  });
  type Frame = (typeof frames)[number];
  const n = frames.length;
  const all = (of: (f: Frame) => number) => frames.map(of);
  const sum = (values: number[]) => values.reduce((s, x) => s + x, 0);
  const mean = (values: number[]) => sum(values) / values.length;
  const S = (k: number, groups: number, group: (f: Frame) => number, of: (f: Frame) => number, weight = 1) =>
    Array.from({ length: groups }, (_, g) => {
      const own = frames.filter((f) => group(f) === g).map(of);
      return (weight * sum(own)) / (own.length + k);
    });
  const Q = (shares: number[], values: number[], weight = 1) =>
    shares.map((p) => {
      if (values.length === 0) return 0;
      const sorted = [...values].sort((x, y) => x - y);
      const rank = (sorted.length - 1) * p;
      const low = Math.floor(rank);
      return weight * (sorted[low]! + (rank - low) * (sorted[Math.min(low + 1, sorted.length - 1)]! - sorted[low]!));
    });
  const Q7 = [0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95];
  const Q3 = [0.2, 0.5, 0.8];
  const share = (p: number) => 3 * Math.sqrt(p + 0.01);
  const soft = (values: number[], knots: number[]) =>
    knots.map((knot, k) => {
      const weight = (value: number) => {
        const x = clip(value, knots[0]!, knots.at(-1)!);
        const [below, above] = [knots[k - 1], knots[k + 1]];
        if (x === knot) return 1;
        if (x < knot) return below !== undefined && x > below ? (x - below) / (knot - below) : 0;
        return above !== undefined && x < above ? (above - x) / (above - knot) : 0;
      };
      return share(mean(values.map(weight)));
    });
  const sd = (values: number[]) => (values.length === 0 ? 0 : Math.sqrt(mean(values.map((x) => (x - mean(values)) ** 2))));
  const steps = (values: number[]) => values.slice(1).map((x, i) => Math.abs(x - values[i]!));
  const corr = (x: number[], y: number[]) => {
    if (x.length === 0) return 0;
    const cov = mean(x.map((value, i) => (value - mean(x)) * (y[i]! - mean(y))));
    return (2 * cov) / (sd(x) * sd(y) + 0.3);
  };
  const handGroup = ({ b }: Frame) => (b === 1 ? 3 : { L: 0, R: 1, thumb: 2, none: 2 }[hand(b)]);
  const byHand = (group: number, of: (f: Frame) => number) => frames.filter((f) => handGroup(f) === group).map(of);
  const spreadOf = (values: number[]) => (values.length > 2 ? Math.log(0.3 + sd(values)) : 0);
  const bin = (x: number) => clip(Math.trunc((x + 1.2) / 0.8), 0, 3);
  const joint = (x: (f: Frame) => number, y: (f: Frame) => number) =>
    Array.from({ length: 16 }, (_, cell) => share(frames.filter((f) => 4 * bin(x(f)) + bin(y(f)) === cell).length / n));
  const shareOf = (test: (f: Frame) => boolean) => 3 * Math.sqrt(frames.filter(test).length / n);
  const h = (f: Frame) => f.h;
  const hp = (f: Frame) => f.hp;
  const dd = (f: Frame) => f.dd;
  const ud = (f: Frame) => f.ud;
  const uu = (f: Frame) => f.uu;
  const cls = (f: Frame) => f.cls;
  const over = (f: Frame) => (f.UD < 0 ? 1 : 0) - 0.25;
  const place = (f: Frame) => Array.from(table.frequentPairs).indexOf(f.pair);
  const asinh = (times: number[]) => times.map((ms) => Math.asinh(ms / 40));
  const knots9 = Array.from({ length: 9 }, (_, i) => -3 + 0.75 * i);
  return [
    // hold
    ...S(2, 39, (f) => f.b, h),
    ...S(2, 10, cls, h),
    ...S(2, 10, (f) => finger(f.b), h),
    ...S(2, 10, cls, hp),
    ...Q(Q7, all(h)),
    ...Q(
      Q7,
      all((f) => f.H),
      2,
    ),
    ...[0, 1, 2].flatMap((group) => Q(Q3, byHand(group, h))),
    ...soft(
      all((f) => f.H),
      Array.from({ length: 12 }, (_, i) => Math.log(40) + (i * Math.log(220 / 40)) / 11),
    ),
    // latency
    ...S(3, 39, (f) => f.b, dd),
    ...S(3, 39, (f) => f.b, ud),
    ...S(3, 39, (f) => f.a, ud),
    ...S(3, 39, (f) => f.a, uu),
    ...[dd, ud, uu].flatMap((of) => S(2, 10, cls, of)),
    ...S(2, 10, (f) => finger(f.b), ud),
    ...S(2, 10, (f) => finger(f.a), ud),
    ...[dd, ud, uu, (f: Frame) => f.UD].flatMap((of) => Q(Q7, all(of))),
    ...Q(
      Q7,
      all((f) => f.DD),
      2,
    ),
    ...[2, 3, 4, 5, 6, 7].flatMap((group) => Q(Q3, frames.filter((f) => f.cls === group).map(ud))),
    ...[0, 1, 8].flatMap((group) => Q(Q3, frames.filter((f) => f.cls === group).map(dd))),
    ...soft(
      all((f) => f.UD),
      asinh([-120, -70, -40, -15, 5, 30, 60, 100, 150, 230, 350]),
    ),
    ...soft(
      all((f) => f.DD),
      [40, 70, 95, 120, 145, 170, 200, 240, 300, 400, 600].map(Math.log),
    ),
    // rhythm
    ...S(2, 10, cls, over, 2),
    ...S(2, 10, (f) => finger(f.b), over, 2),
    2 * mean(all((f) => (f.UD < 0 ? 1 : 0))),
    2 * Math.sqrt(mean(all((f) => (f.UD < -1 ? 1 : 0)))),
    ...[h, dd, ud, uu].map((of) => Math.log(0.1 + sd(all(of)))),
    ...[h, dd].map((of) => Math.log(0.1 + (n > 1 ? mean(steps(all(of))) : 0))),
    ...[h, ud].flatMap((of) => [0, 1, 2].map((group) => spreadOf(byHand(group, of)))),
    corr(all(h), all(hp)),
    corr(all(h), all(dd)),
    corr(all(hp), all(dd)),
    corr(all(h), all(ud)),
    corr(all(hp), all(ud)),
    corr(all(dd).slice(1), all(dd).slice(0, -1)),
    ...joint(hp, ud),
    ...joint(h, ud),
    ...joint(hp, h),
    ...[h, ud, dd].flatMap((of) => soft(all(of), knots9)),
    // digraphs
    ...[dd, ud, hp, h].flatMap((of) => S(2, 60, place, of)),
    // habits
    shareOf(({ b }) => b === 1),
    shareOf(({ b }) => b === 3),
    shareOf(({ b }) => b === 2),
    shareOf((f) => f.dd > 3),
    shareOf((f) => f.DD > Math.log(500)),
    shareOf((f) => f.DD > Math.log(1000)),
    shareOf(({ b }) => b === 6),
    shareOf(({ a }) => a === 2 || a === 3),
  ];
}

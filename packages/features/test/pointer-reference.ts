import type { PointerEvents } from '../src/pointer-events';

/** The 61 numbers by their definitions, written plainly and slowly, to hold the fast path against. */

interface Point {
  t: number;
  x: number;
  y: number;
}

export interface ReferenceAction {
  kind: number;
  start: number;
  end: number;
  features: number[];
}

interface Click {
  press: Point;
  pressKind: number;
  release: Point;
  /** The last point before the release, and the first after the press. */
  beforeRelease: Point;
  afterPress: Point;
  path: number;
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: number[]): number => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
const lengthOf = (points: Point[]): number =>
  points.slice(1).reduce((sum, p, i) => sum + Math.hypot(p.x - points[i]!.x, p.y - points[i]!.y), 0);

function thin(points: Point[], gridMs: number): Point[] {
  const [first, ...rest] = points as [Point, ...Point[]];
  const kept: { point: Point; bin: number }[] = [{ point: first, bin: -1 }];
  for (const point of rest) {
    const last = kept.at(-1)!;
    const bin = Math.floor((point.t - first.t) / gridMs);
    if (bin === last.bin) {
      kept[kept.length - 1] = { point, bin };
    } else if (point.t - last.point.t > 1) {
      kept.push({ point, bin });
    }
  }
  return kept.map(({ point }) => point);
}

function pathFeatures(points: Point[]): number[] {
  const first = points[0]!;
  const last = points.at(-1)!;
  const steps = points.slice(1).map((p, i) => {
    const q = points[i]!;
    const dt = p.t - q.t;
    const dx = p.x - q.x;
    const dy = p.y - q.y;
    const s = Math.hypot(dx, dy);
    return { at: q.t, dt, dx, dy, s, v: s / dt, angle: Math.atan2(dy, dx) };
  });
  const k = steps.length;
  const speeds = steps.map(({ v }) => v);
  const total = steps.reduce((sum, { s }) => sum + s, 0);
  const duration = last.t - first.t;
  const distance = Math.hypot(last.x - first.x, last.y - first.y);
  const along = { x: (last.x - first.x) / Math.max(distance, 1), y: (last.y - first.y) / Math.max(distance, 1) };
  const across = points.map((p) => along.x * (p.y - first.y) - along.y * (p.x - first.x));
  const ahead = points.map((p) => along.x * (p.x - first.x) + along.y * (p.y - first.y));
  const scale = Math.max(distance, 10);
  const furthest = across.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
  const sorted = [...speeds].sort((a, b) => a - b);
  const vx = steps.map(({ dx, dt }) => dx / dt);
  const vy = steps.map(({ dy, dt }) => dy / dt);
  const fifth = Math.max(1, Math.floor(k / 5));
  const peak = Math.max(...speeds);
  const moving = steps.filter(({ s }) => s > 0).reduce((sum, { dt }) => sum + dt, 0);
  const pairs = steps.slice(1).map((b, i) => {
    const a = steps[i]!;
    const h = (a.dt + b.dt) / 2;
    let turn = a.s === 0 || b.s === 0 ? 0 : b.angle - a.angle;
    if (turn > Math.PI) {
      turn -= 2 * Math.PI;
    }
    if (turn < -Math.PI) {
      turn += 2 * Math.PI;
    }
    return { h, a: (b.v - a.v) / h, turn, curvature: Math.abs(turn) / Math.max((a.s + b.s) / 2, 1) };
  });
  const accelerations = pairs.map(({ a }) => a);
  const jerks = pairs.slice(1).map((b, i) => (b.a - pairs[i]!.a) / steps[i + 1]!.dt);
  const turns = pairs.map(({ turn }) => Math.abs(turn));
  const peakIndex = speeds.indexOf(peak);
  const behind = (index: number): number => steps.slice(0, index).reduce((sum, { s }) => sum + s, 0);
  const timeAt = (share: number): number => {
    const index = steps.findIndex((_, i) => behind(i + 1) >= share * total);
    const step = steps[index]!;
    return (step.at - first.t + (step.s > 0 ? (share * total - behind(index)) / step.s : 0) * step.dt) / duration;
  };
  const peaks = speeds.filter((v, i) => i > 0 && i < k - 1 && v > speeds[i - 1]! && v >= speeds[i + 1]! && v > 0.1 * peak).length;
  const rests = steps.filter(({ dt }) => dt > 150);
  const sectors = Array.from({ length: 8 }, (_, sector) =>
    steps
      .filter(({ angle }) => Math.floor(((angle + Math.PI) / (2 * Math.PI)) * 8 + 0.5) % 8 === sector)
      .reduce((sum, { s }) => sum + s / total, 0),
  );
  return [
    ...[duration, total, distance, distance / total, along.y, along.x],
    ...[furthest / scale, mean(across) / scale, Math.max(0, Math.max(...ahead) - distance) / scale],
    ...[
      total / duration,
      deviation(speeds),
      peak,
      sorted[Math.floor(k / 4)]!,
      sorted[Math.floor(k / 2)]!,
      sorted[Math.floor((3 * k) / 4)]!,
    ],
    ...[mean(vx), deviation(vx), mean(vy), deviation(vy), mean(speeds.slice(0, fifth)), mean(speeds.slice(-fifth))],
    ...[peak / mean(speeds), total / moving],
    ...[mean(accelerations.map(Math.abs)), deviation(accelerations), Math.max(...accelerations), Math.min(...accelerations)],
    mean(accelerations.map(Math.sign)),
    ...[mean(jerks.map(Math.abs)), Math.sqrt(mean(jerks.map((j) => j * j)))],
    ...[mean(pairs.map(({ turn, h }) => Math.abs(turn) / h)), deviation(pairs.map(({ turn, h }) => Math.abs(turn) / h))],
    ...[mean(pairs.map(({ curvature }) => curvature)), deviation(pairs.map(({ curvature }) => curvature))],
    ...[mean(turns), mean(pairs.map(({ turn }) => turn)), mean(turns.map((turn) => (turn > Math.PI / 4 + 1e-6 ? 1 : 0)))],
    ...[(steps[peakIndex]!.at - first.t + steps[peakIndex]!.dt / 2) / duration, (behind(peakIndex) + steps[peakIndex]!.s / 2) / total],
    ...[0.25, 0.5, 0.75, 0.9].map(timeAt),
    ...[peaks / Math.max(duration / 1_000, 0.1), rests.length, rests.reduce((sum, { dt }) => sum + dt, 0) / duration],
    ...sectors,
    Math.log(distance / 20 + 1) / (duration / 1_000),
  ];
}

function clickFeatures(kind: number, path: Point[], click: Click | null, previousEnd: number, previousRelease: number): number[] {
  const pauseBefore = kind === 3 ? click!.afterPress.t - click!.press.t : (path[0] ?? click!.press).t - previousEnd;
  const before = pauseBefore < 10_000 ? pauseBefore : Number.NaN;
  if (click === null) {
    return [Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN, before];
  }
  const pause = kind === 3 ? click.release.t - click.beforeRelease.t : path.length > 0 ? click.press.t - path.at(-1)!.t : Number.NaN;
  const since = click.press.t - previousRelease;
  return [
    Math.min(pause, 3_000),
    Math.min(click.release.t - click.press.t, kind === 3 ? 20_000 : 3_000),
    Math.min(since, 1_000),
    click.path,
    click.pressKind === 1 ? 0 : 1,
    before,
  ];
}

/** The actions of events that have no stray releases and no lost ones: what the segmentation must make of them. */
export function referenceActions({ kinds, at, x, y }: PointerEvents, gridMs: number): ReferenceAction[] {
  const actions: ReferenceAction[] = [];
  let buffer: Point[] = [];
  let previousEnd = Number.NaN;
  let previousRelease = Number.NEGATIVE_INFINITY;
  const add = (wanted: number, path: Point[], click: Click | null): void => {
    const thinned = path.length >= 4 ? thin(path, gridMs) : [];
    const usable = thinned.length >= 4 && lengthOf(thinned) >= 3;
    if (!usable && wanted !== 1) {
      return;
    }
    const kind = usable ? wanted : 4;
    const features = usable ? pathFeatures(thinned) : new Array<number>(55).fill(Number.NaN);
    features.push(...clickFeatures(kind, path, click, previousEnd, previousRelease));
    const start = kind === 4 ? click!.press.t : path[0]!.t;
    actions.push({ kind, start, end: kind === 0 || kind === 2 ? path.at(-1)!.t : click!.release.t, features });
  };
  const flush = (): void => {
    if (buffer.length > 0) {
      add(0, buffer, null);
      previousEnd = buffer.at(-1)!.t;
      buffer = [];
    }
  };
  for (let i = 0; i < kinds.length; i++) {
    const point = { t: at[i]!, x: x[i]!, y: y[i]! };
    const kind = kinds[i]!;
    const isPress = kind === 1 || kind === 2;
    if (buffer.length > 0 && point.t - buffer.at(-1)!.t > (isPress ? 3_000 : 1_000)) {
      flush();
    }
    if (kind === 5) {
      flush();
    } else if (kind === 0) {
      buffer.push(point);
    } else if (isPress) {
      const end = kinds.findIndex((other, j) => j > i && other === kind + 2);
      if (end < 0) {
        return actions;
      }
      const points = Array.from({ length: end - i + 1 }, (_, j) => ({ t: at[i + j]!, x: x[i + j]!, y: y[i + j]! }));
      const path = lengthOf(points);
      const click = { press: point, pressKind: kind, release: points.at(-1)!, beforeRelease: points.at(-2)!, afterPress: points[1]!, path };
      if (points.length >= 3 && path > 8) {
        add(2, buffer, click);
        add(3, points, click);
      } else {
        add(1, buffer, click);
      }
      previousEnd = click.release.t;
      previousRelease = click.release.t;
      buffer = [];
      i = end;
    }
  }
  flush();
  return actions;
}

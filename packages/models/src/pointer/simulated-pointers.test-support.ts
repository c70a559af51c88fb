import { type PointerActions, pointerActionsFrom } from '@tacit-auth/features';
import { seededNormals, seededUniforms } from '../seeded-normals';
import type { PointerTrainingPerson } from './training-people';

/** A person drawn from a seed: how fast, how straight, how steady, how long between things. */
interface Hand {
  readonly pace: number;
  readonly bend: number;
  readonly tremor: number;
  readonly early: number;
  readonly hold: number;
  readonly pause: number;
  readonly clicks: number;
  readonly drags: number;
}

function handOf(person: number): Hand {
  const normal = seededNormals(person, 1);
  return {
    pace: 500 * Math.exp(0.3 * normal()),
    bend: 0.08 * normal(),
    tremor: Math.exp(0.5 * normal()),
    early: Math.exp(0.2 * normal()),
    hold: 95 * Math.exp(0.25 * normal()),
    pause: 160 * Math.exp(0.4 * normal()),
    clicks: 0.6 + 0.1 * normal(),
    drags: 0.15 + 0.05 * normal(),
  };
}

export type EventRow = [kind: number, at: number, x: number, y: number];

export function actionsOfRows(rows: readonly EventRow[]): PointerActions {
  return pointerActionsFrom({
    events: {
      kinds: Uint8Array.from(rows, ([kind]) => kind),
      at: Float64Array.from(rows, ([, at]) => at),
      x: Float64Array.from(rows, ([, , x]) => Math.round(x)),
      y: Float64Array.from(rows, ([, , , y]) => Math.round(y)),
    },
  });
}

/** What a simulated person does at one sitting: about `count` movements, half a second to two seconds each, as a browser of 60 Hz tells them. */
export function simulatedSession(person: number, sitting: number, count: number): PointerActions {
  const hand = handOf(person);
  const uniform = seededUniforms(person, 100 + sitting);
  const normal = seededNormals(person, 200 + sitting);
  const rows: EventRow[] = [];
  let t = 0;
  let x = 400;
  let y = 300;
  const move = (toX: number, toY: number, duration: number): void => {
    const steps = Math.max(5, Math.round(duration / 16.7));
    const bend = hand.bend + 0.05 * normal();
    for (let i = 1; i <= steps; i++) {
      const share = (1 - Math.cos(Math.PI * (i / steps) ** hand.early)) / 2;
      const aside = bend * Math.sin(Math.PI * share);
      t += 16.7;
      const tremor = (): number => hand.tremor * normal();
      rows.push([0, t, x + share * (toX - x) - aside * (toY - y) + tremor(), y + share * (toY - y) + aside * (toX - x) + tremor()]);
    }
    x = toX;
    y = toY;
  };
  for (let i = 0; i < count; i++) {
    move(100 + 900 * uniform(), 100 + 500 * uniform(), hand.pace * Math.exp(0.25 * normal()));
    const what = uniform();
    if (what < hand.clicks + hand.drags) {
      t += hand.pause * Math.exp(0.3 * normal());
      rows.push([1, t, x, y]);
      if (what < hand.drags) {
        move(100 + 900 * uniform(), 100 + 500 * uniform(), 1.3 * hand.pace * Math.exp(0.25 * normal()));
      }
      t += hand.hold * Math.exp(0.2 * normal());
      rows.push([3, t, x, y]);
      t += 300 * uniform();
    } else {
      t += 1_100 + 300 * uniform();
    }
  }
  return actionsOfRows(rows);
}

/** People who train a population, of two sittings each. */
export function simulatedPeople(first: number, count: number, actions = 130): PointerTrainingPerson[] {
  return Array.from({ length: count }, (_, i) => ({
    user: `planted-name-${first + i}`,
    sessions: [simulatedSession(first + i, 1, actions), simulatedSession(first + i, 2, actions)],
  }));
}

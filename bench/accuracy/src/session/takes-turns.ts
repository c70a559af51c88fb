import type { Half, OwnersByHalf, TimedOwner, TimedStep, TimedSwitch } from './trust-steps';

/**
 * People who type as one person does and point as another: each typist of a half with a pointer of the same half, and those who take over alike. Typing and pointing take turns, so
 * that both have been done for about as long, until either is used up; nobody does both at once, so hours add up.
 */
export function typistsWithPointers(typists: OwnersByHalf, pointers: OwnersByHalf): OwnersByHalf {
  const half = (name: Half) => typists[name].flatMap((typist, place) => joined(typist, pointers[name], place) ?? []);
  return { a: half('a'), b: half('b') };
}

/** Undefined where either has no window while the other is done. */
function joined(typist: TimedOwner, pointers: readonly TimedOwner[], place: number): TimedOwner | undefined {
  const pointer = pointers[place % pointers.length];
  if (pointer === undefined) return undefined;
  const round = Math.floor(place / pointers.length);
  const genuine = takingTurns(typist.genuine, stretch(pointer.genuine, typist.genuine.at(-1)?.active ?? 0, round));
  if (genuine.length === 0) return undefined;
  const switches = typist.switches.flatMap(({ impostor, steps }, i): TimedSwitch[] => {
    const other = pointer.switches[(place + i) % pointer.switches.length];
    const both = other === undefined ? [] : takingTurns(steps, other.steps);
    return both.length === 0 || other === undefined
      ? []
      : [{ impostor: `${impostor} ${other.impostor}`, after: genuine.length, steps: both }];
  });
  return { user: `${typist.user} ${pointer.user}`, genuine, switches };
}

/** The `round`-th stretch of so much activity, from the beginning again where there are not so many. */
export function stretch(steps: readonly TimedStep[], activity: number, round: number): TimedStep[] {
  const all = steps.at(-1)?.active ?? 0;
  const rounds = activity > 0 ? Math.max(Math.floor(all / activity), 1) : 1;
  const from = (round % rounds) * activity;
  const later = steps.filter(({ active }) => active > from);
  const before = steps[steps.length - later.length - 1];
  return later.map((step) => ({ ...step, active: step.active - (before?.active ?? 0), elapsed: step.elapsed - (before?.elapsed ?? 0) }));
}

/** Two streams as one: the next window is of the one whose author has been active for less at its end. */
export function takingTurns(typed: readonly TimedStep[], moved: readonly TimedStep[]): TimedStep[] {
  const steps: TimedStep[] = [];
  const done = { freeText: { active: 0, elapsed: 0 }, pointer: { active: 0, elapsed: 0 } };
  for (let t = 0, m = 0; ; ) {
    const [a, b] = [typed[t], moved[m]];
    if (a === undefined || b === undefined) return steps;
    const next = a.active <= b.active ? a : b;
    if (next === a) t++;
    else m++;
    done[next.part] = next;
    steps.push({
      ...next,
      active: done.freeText.active + done.pointer.active,
      elapsed: done.freeText.elapsed + done.pointer.elapsed,
    });
  }
}

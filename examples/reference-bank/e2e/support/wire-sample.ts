import type { WireSample } from './http-client';
import { type KeyAction, keyCode } from './keyboard';

/** The sample that a recorder would make of planned key events: what a client without a browser sends. */
export function wireSample(actions: readonly KeyAction[], { mode, field }: { mode: 'secret' | 'text'; field: string }): WireSample {
  const wanted = mode === 'secret' ? actions.filter((action) => action.key !== 'Shift') : actions;
  const origin = Math.min(...wanted.map((action) => action.at));
  const keys: WireSample['keys'] = [];
  const down = new Map<string, number>();
  for (const { at, kind, key } of wanted) {
    const time = Math.round((at - origin) * 10);
    if (kind === 'down') {
      down.set(key, keys.length);
      keys.push([mode === 'secret' ? null : keyCode(key), time, null]);
    } else {
      const entry = keys[down.get(key) ?? -1];
      if (entry) entry[2] = time;
      down.delete(key);
    }
  }
  return { version: 1, mode, field, keys, flags: {}, clockStep: 1, device: 'keyboard' };
}

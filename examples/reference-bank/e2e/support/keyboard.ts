import type { CDPSession, Page } from 'playwright';
import { PATIENCE_MS } from './patience';

export interface KeyAction {
  /** Ms from the begin of the typing. */
  at: number;
  kind: 'down' | 'up';
  /** As `KeyboardEvent.key` would name it. */
  key: string;
  /** A press that the keyboard makes by itself while the key is held. */
  repeat?: true;
}

const NAMED: Record<string, { code: string; virtual: number; text?: string }> = {
  Shift: { code: 'ShiftLeft', virtual: 16 },
  Backspace: { code: 'Backspace', virtual: 8 },
  Enter: { code: 'Enter', virtual: 13, text: '\r' },
  Tab: { code: 'Tab', virtual: 9 },
  ' ': { code: 'Space', virtual: 32, text: ' ' },
  ',': { code: 'Comma', virtual: 188, text: ',' },
  '.': { code: 'Period', virtual: 190, text: '.' },
  '-': { code: 'Minus', virtual: 189, text: '-' },
  "'": { code: 'Quote', virtual: 222, text: "'" },
};

/** `KeyboardEvent.code` of a key of the US layout. */
export function keyCode(key: string): string {
  return describe(key).code;
}

function describe(key: string): { code: string; virtual: number; text?: string } {
  const named = NAMED[key];
  if (named) return named;
  if (/^[a-z]$/i.test(key)) return { code: `Key${key.toUpperCase()}`, virtual: key.toUpperCase().charCodeAt(0), text: key };
  if (/^\d$/.test(key)) return { code: `Digit${key}`, virtual: key.charCodeAt(0), text: key };
  throw new RangeError(`this keyboard has no key ${JSON.stringify(key)}`);
}

const sessions = new WeakMap<Page, Promise<CDPSession>>();

function sessionOf(page: Page): Promise<CDPSession> {
  let session = sessions.get(page);
  if (!session) {
    session = page.context().newCDPSession(page);
    sessions.set(page, session);
  }
  return session;
}

const SHIFT = 8;

/**
 * Performs planned key events in real time, as the browser's own trusted input. Each carries the time at which the key moved, as events of a
 * real keyboard do: a machine that is busy delivers them late, and that is not taken for the rhythm of the hand.
 */
export async function perform(page: Page, actions: readonly KeyAction[]): Promise<void> {
  const session = await sessionOf(page);
  const started = performance.now();
  const sent: Promise<unknown>[] = [];
  let modifiers = 0;
  for (const { at, kind, key, repeat } of actions) {
    await until(started + at);
    const { code, virtual, text } = describe(key);
    if (key === 'Shift') modifiers = kind === 'down' ? SHIFT : 0;
    const event = {
      modifiers,
      timestamp: (performance.timeOrigin + started + at) / 1000,
      key,
      code,
      windowsVirtualKeyCode: virtual,
      ...(kind === 'down' && text !== undefined ? { text } : {}),
      ...(repeat ? { autoRepeat: true } : {}),
    };
    const type = kind === 'up' ? 'keyUp' : text === undefined ? 'rawKeyDown' : 'keyDown';
    sent.push(session.send('Input.dispatchKeyEvent', { type, ...event }));
  }
  await withinPatience(Promise.all(sent), `${sent.length} key events`);
}

/** The debugger's calls have no time limit of their own: a page that hangs must fail its test by name. */
async function withinPatience<T>(work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the browser took no notice of ${what} for ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

async function until(time: number): Promise<void> {
  const left = time - performance.now();
  if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
}

import { type EvidenceStream, streamEvidence } from '@tacit-auth/capture/transport';
import { Window } from 'happy-dom';
import { vi } from 'vitest';
import { ORIGIN } from './simulated-bank';
import { codeOfKey, type SimulatedBrowser } from './simulated-customer';
import type { Place, SimulatedPerson } from './simulated-person';
import { type SimulatedTime, turn } from './simulated-time';

type State = EvidenceStream['state'];
type PageEvent = InstanceType<Window['Event']>;

const POINTER_EVENTS = {
  0: { type: 'pointermove', button: -1, buttons: 0 },
  1: { type: 'pointerdown', button: 0, buttons: 1 },
  3: { type: 'pointerup', button: 0, buttons: 0 },
} as const;

/** What was done at a page so far. */
export interface Work {
  keys: number;
  actions: number;
}

/** After so many the page does not begin at all: ten minutes of its time. */
const MOST_STEPS = 60_000;

/** A page of the bank that a customer has open: a note to type into, places to point at, and the checks that run in it. */
export class SimulatedPage {
  readonly work: Work = { keys: 0, actions: 0 };
  /** What the server said of the session, and when, in order. */
  readonly states: Array<{ state: State; at: number; work: Work }> = [];
  readonly #time: SimulatedTime;
  readonly #browser: SimulatedBrowser;
  readonly #window: Window;
  readonly #note: InstanceType<Window['HTMLTextAreaElement']>;
  readonly #stream: EvidenceStream;
  readonly #loadedAt: number;
  #place: Place = { x: 400, y: 300 };
  #activityAt = 0;
  #renewedAt: number;

  constructor(browser: SimulatedBrowser, time: SimulatedTime, random: (length: number) => Uint8Array) {
    this.#time = time;
    this.#browser = browser;
    this.#loadedAt = time.now;
    this.#renewedAt = time.now;
    this.#window = new Window({ url: `${ORIGIN}/transactions`, innerWidth: 1_280, innerHeight: 800 });
    const { document } = this.#window;
    this.#note = document.createElement('textarea');
    document.body.append(this.#note);
    vi.stubGlobal('document', document);
    vi.stubGlobal('addEventListener', this.#window.addEventListener.bind(this.#window));
    vi.stubGlobal('removeEventListener', this.#window.removeEventListener.bind(this.#window));
    const page = document as unknown as Document;
    this.#stream = streamEvidence({
      url: '/auth/continuous',
      socketUrl: false,
      fields: this.#note as unknown as HTMLTextAreaElement,
      pointer: page,
      onState: (state) => this.states.push({ state, at: time.now, work: { ...this.work } }),
      onRenew: async () => (await browser.post('/auth/refresh')).status === 200,
      fetch: browser.fetch,
      clock: () => time.now - this.#loadedAt,
      timer: time.timer,
      random,
      indexedDB: null,
      locks: null,
      BroadcastChannel: null,
    });
  }

  get state(): State {
    return this.states.at(-1)?.state ?? 'off';
  }

  get isOver(): boolean {
    return this.state === 'locked' || this.state === 'ended' || this.state === 'off';
  }

  async start(): Promise<void> {
    this.#stream.start();
    for (let step = 0; !this.#stream.recording; step++) {
      if (step === MOST_STEPS) throw new Error(`the page does not begin to record: ${JSON.stringify(this.states)}`);
      await this.#time.goTo(this.#time.now + 10);
      // Some of what a page does takes real time, in threads of its own. Nothing that waits for it may run out meanwhile.
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  async leave(): Promise<void> {
    await this.#time.until(this.#stream.stop());
    this.#stream.destroy();
    vi.unstubAllGlobals();
    await this.#window.happyDOM.close();
  }

  /** Somebody works here until a time, or until the server lets nobody go on: writes notes, looks around with the mouse, thinks. */
  async workUntil(person: SimulatedPerson, end: number, sentences: readonly string[]): Promise<void> {
    while (this.#time.now < end && !this.isOver) {
      const sentence = sentences[Math.floor(person.choose() * sentences.length)] ?? '';
      await this.#type(person, sentence);
      await this.#rest(person);
      await this.#point(person, 2 + Math.floor(6 * person.choose()));
      await this.#rest(person);
    }
  }

  async #type(person: SimulatedPerson, text: string): Promise<void> {
    const { KeyboardEvent, InputEvent } = this.#window;
    this.#note.value = '';
    for (const { at, kind, key } of person.type(text, this.#time.now + 200)) {
      if (!(await this.#reach(at))) return;
      const type = kind === 'down' ? 'keydown' : 'keyup';
      this.#send(this.#note, new KeyboardEvent(type, { code: codeOfKey(key), key, bubbles: true }), at);
      if (kind === 'down') this.work.keys += 1;
      if (kind === 'down' && key !== 'Shift') {
        const deletes = key === 'Backspace';
        const change = deletes ? { inputType: 'deleteContentBackward' } : { inputType: 'insertText', data: key };
        this.#send(this.#note, new InputEvent('beforeinput', { bubbles: true, ...change }), at);
        const { value } = this.#note;
        this.#note.value = deletes ? value.slice(0, -1) : value + key;
        this.#note.setSelectionRange(this.#note.value.length, this.#note.value.length);
        this.#send(this.#note, new InputEvent('input', { bubbles: true, ...change }), at);
      }
    }
  }

  async #point(person: SimulatedPerson, targets: number): Promise<void> {
    const { body } = this.#window.document;
    const { PointerEvent } = this.#window;
    let before = 0;
    for (const { at, kind, x, y } of person.point(this.#place, targets, this.#time.now)) {
      if (!(await this.#reach(at))) return;
      const place = { clientX: Math.round(x), clientY: Math.round(y) };
      const shared = { pointerType: 'mouse', isPrimary: true, pointerId: 1, bubbles: true, ...place };
      this.#send(body, new PointerEvent(POINTER_EVENTS[kind].type, { ...shared, ...POINTER_EVENTS[kind] }), at);
      // A movement, and a click, are an action each.
      if ((kind === 0 && at - before > 90) || kind === 3) this.work.actions += 1;
      before = at;
      this.#place = { x, y };
    }
  }

  async #rest(person: SimulatedPerson): Promise<void> {
    await this.#reach(this.#time.now + person.rest());
  }

  /** Time goes on; false once nobody can go on here. */
  async #reach(at: number): Promise<boolean> {
    await this.#time.goTo(at);
    await turn();
    this.#tellBank();
    return !this.isOver;
  }

  /** What the bank's own page does beside: tells the server that somebody is there, and renews the login's token before it runs out. */
  #tellBank(): void {
    const { now } = this.#time;
    if (now - this.#renewedAt > 240_000) {
      this.#renewedAt = now;
      void this.#browser.post('/auth/refresh');
    }
    if (now - this.#activityAt > 20_000) {
      this.#activityAt = now;
      void this.#browser.post('/auth/activity');
    }
  }

  #send(target: { dispatchEvent(event: PageEvent): boolean }, event: PageEvent, at: number): void {
    Object.defineProperty(event, 'timeStamp', { value: at - this.#loadedAt });
    Object.defineProperty(event, 'isTrusted', { value: true });
    target.dispatchEvent(event);
  }
}

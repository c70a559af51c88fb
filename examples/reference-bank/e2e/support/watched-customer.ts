import type { BrowserContext } from 'playwright';
import { forgedWindow } from './forged-evidence';
import { RemoteCustomer } from './remote-customer';
import type { Typist } from './typist';

/** Policy of a bank in which a session of an hour's typing can be forged in a minute, and one day is enough to know somebody. */
export const WATCHED_POLICY = {
  continuous: { keysPerSecond: 1_000, readyDays: 1, readyKeys: 600 },
  typing: { readyAt: 5, codeEveryNth: 1_000_000 },
  throttle: { failures: 100, cap: 1_000 },
  registration: { passwordEntries: 3, texts: 1, perHour: 1_000 },
};

/** A customer who has agreed to be checked, and sends what a page would send, in whatever hand is wanted. */
export class WatchedCustomer extends RemoteCustomer {
  #windows = 0;

  override register() {
    return super.register({ checks: true });
  }

  /** Opens a stream of evidence, or finds the one that there is. */
  async open(): Promise<{ stream: string; next: number; state: string }> {
    const opened = await this.client.post('/auth/continuous/open', {});
    if (opened.status !== 200) throw new Error(`the checks of ${this.person.name} were refused: ${opened.body.error?.code}`);
    return opened.body as unknown as { stream: string; next: number; state: string };
  }

  /** Sends one window of typing in the hand of somebody, and tells what the page is told. */
  async type(typist: Typist = this.typist): Promise<string> {
    const { stream, next } = await this.open();
    this.#windows += 1;
    const typing = [forgedWindow(typist, this.#windows * 101)];
    const batch = { version: 1, stream, seq: next, floor: next - 1, typing, pointer: [] };
    const answer = await this.client.post('/auth/continuous/batch', batch);
    if (answer.status !== 200) throw new Error(`evidence of ${this.person.name} was refused: ${answer.body.error?.code}`);
    return answer.body.state as string;
  }

  /** Types in the hand of somebody until the page is told of a state; returns how many windows it took. */
  async typeUntil(state: string, typist: Typist = this.typist, most = 200): Promise<number> {
    for (let window = 1; window <= most; window += 1) if ((await this.type(typist)) === state) return window;
    throw new Error(`${most} windows did not bring the session of ${this.person.name} to ${state}`);
  }

  /** Registers, and works through a session from which his typing is known afterwards; then signs in with the card. */
  async becomeKnown(): Promise<void> {
    const registered = await this.register();
    if (registered.status !== 201) throw new Error(`${this.person.name} could not register: ${registered.body.error?.code}`);
    for (let window = 0; window < 24; window += 1) await this.type();
    await this.client.post('/auth/logout', {});
    await this.signIn();
  }

  /** Puts this customer's session into a browser. */
  async sitDown(context: BrowserContext): Promise<void> {
    // Cookies of a name that binds them to their host are set as over TLS; a browser sends them to localhost without, too.
    const url = this.client.origin.replace(/^http:/, 'https:');
    await context.addCookies(
      [...this.client.cookies].map(([name, value]) => ({ name, value, url, httpOnly: true, secure: true, sameSite: 'Strict' as const })),
    );
  }
}

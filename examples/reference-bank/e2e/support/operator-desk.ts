import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LiveSession } from '../../src/web/api/operator-types';
import { type ConsoleChange, listenToConsole } from '../../src/web/pages/operator/console-events';
import { BankPages } from './bank-pages';
import { readCards } from './card';
import { NodeBrowser } from './node-browser';
import { NodeEventSource } from './node-event-source';

/** What a console has heard, and whether it hears anything now. */
export interface Dashboard {
  readonly isLive: boolean;
  /** Resolves at the next change of this session; without one, at the next hint to look at everything. */
  next(session?: string): Promise<void>;
  close(): void;
}

/** An operator at the console, without a browser: the bank's own client and its stream of changes. */
export class OperatorDesk {
  readonly pages: BankPages;

  private constructor(pages: BankPages) {
    this.pages = pages;
  }

  /** Signs in as the demonstration's operator. */
  static async signIn(origin: string, dataFolder: string): Promise<OperatorDesk> {
    const card = readCards(readFileSync(join(dataFolder, 'demo-people.txt'), 'utf8'))[1];
    if (!card) throw new Error('the notes of the demonstration have no card of the operator');
    const pages = new BankPages(new NodeBrowser(origin));
    await pages.signIn({ identifier: 'operator@fernhill.example', password: 'patient harbour signal 58', typing: null, card });
    return new OperatorDesk(pages);
  }

  /** All sessions that are checked, however many. */
  async live(): Promise<LiveSession[]> {
    const sessions: LiveSession[] = [];
    for (let after: string | null = ''; after !== null; ) {
      const path: string = `/auth/operators/live${after === '' ? '' : `?after=${after}`}`;
      const page: { sessions: LiveSession[]; next: string | null } = await this.pages.look(() => this.pages.client.get(path));
      sessions.push(...page.sessions);
      after = page.next;
    }
    return sessions;
  }

  /** The console's own way of listening. @param address of one server, or of the proxy */
  watch(address: string): Dashboard {
    const waiting = new Set<(change: ConsoleChange) => void>();
    let isLive = false;
    const close = listenToConsole({
      open: () => new NodeEventSource(this.pages.browser, `${address}/auth/operators/events`),
      onChange: (change) => {
        for (const tell of [...waiting]) tell(change);
      },
      onState: (state) => {
        isLive = state === 'live';
      },
      onRefused: async () => (await this.pages.auth.session()).state === 'full',
      onEnd: () => {
        isLive = false;
      },
      timer: { set: (work, ms) => setTimeout(work, ms), clear: (handle) => clearTimeout(handle as NodeJS.Timeout) },
    });
    return {
      get isLive() {
        return isLive;
      },
      next: (session = '') =>
        new Promise((resolve) => {
          const tell = ({ id }: ConsoleChange): void => {
            if (id !== session) return;
            waiting.delete(tell);
            resolve();
          };
          waiting.add(tell);
        }),
      close,
    };
  }
}

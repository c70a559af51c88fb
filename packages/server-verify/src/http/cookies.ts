import type { SessionTokens } from '../tokens';

export interface CookieNames {
  browser: string;
  access: string;
  refresh: string;
}

export type SentCookies = { [Name in keyof CookieNames]?: string };

/** Longest `cookie` header that is read. */
const MAX_HEADER_LENGTH = 16_384;
const BROWSER = /^[A-Za-z0-9_-]{22,128}$/;
/** 400 days, the longest that browsers keep a cookie. */
const BROWSER_MAX_AGE = 34_560_000;

export interface Cookies {
  read(request: Request): SentCookies;
  browser(value: string): string;
  session(tokens: SessionTokens): string[];
  clearSession(): string[];
}

/** `__Host-` names need `Secure`, so plain HTTP in development gets names without it. */
export function createCookies({ secure }: { secure: boolean }): Cookies {
  const prefix = secure ? '__Host-tacit-' : 'tacit-';
  const names: CookieNames = { browser: `${prefix}browser`, access: `${prefix}access`, refresh: `${prefix}refresh` };
  const attributes = `; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  return {
    read(request) {
      const header = request.headers.get('cookie') ?? '';
      const sent: SentCookies = {};
      if (header.length > MAX_HEADER_LENGTH) {
        return sent;
      }
      for (const pair of header.split(';')) {
        const at = pair.indexOf('=');
        const name = pair.slice(0, at).trim();
        for (const key of ['browser', 'access', 'refresh'] as const) {
          // The first of a name counts: a cookie that something else on the host added comes later.
          if (at > 0 && name === names[key] && sent[key] === undefined) {
            sent[key] = pair.slice(at + 1).trim();
          }
        }
      }
      if (sent.browser !== undefined && !BROWSER.test(sent.browser)) {
        delete sent.browser;
      }
      return sent;
    },
    browser: (value) => `${names.browser}=${value}${attributes}; Max-Age=${BROWSER_MAX_AGE}`,
    session: ({ access, refresh }) => [`${names.access}=${access}${attributes}`, `${names.refresh}=${refresh}${attributes}`],
    clearSession: () => [names.access, names.refresh].map((name) => `${name}=${attributes}; Max-Age=0`),
  };
}

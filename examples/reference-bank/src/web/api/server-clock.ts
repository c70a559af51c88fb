/** What the bank's clock says, as far as its answers told: times of the bank are never counted by the clock of a customer's machine, which may be wrong. */
export interface ServerClock {
  /** Takes the time from an answer; one without a time changes nothing. */
  hear(response: Pick<Response, 'headers'>): void;
  /** Ms since the epoch. The own clock, until the bank has told its time. */
  now(): number;
}

export function createServerClock(clock: () => number): ServerClock {
  let ahead = 0;
  return {
    hear({ headers }) {
      const told = Date.parse(headers.get('date') ?? '');
      if (Number.isFinite(told)) {
        ahead = told - clock();
      }
    },
    now: () => clock() + ahead,
  };
}

export const serverClock = createServerClock(() => Date.now());

import type { SocketLimits } from './socket-limits';

/** The place of one connection among those that are bounded. */
export interface SocketPlace {
  /** The connection is a socket of this session now; false where the session has as many as it may. */
  admit(session: string): boolean;
  /** Gives the place back. May be called again. */
  leave(): void;
}

export interface SocketPlaces {
  /** A place for a connection of this network, or why there is none. */
  take(network: string): SocketPlace | 'ERR_SOCKET_LIMIT' | 'ERR_OVERLOADED';
  readonly taken: number;
  readonly pending: number;
}

/** Counts connections in all, by network and by session. What has nothing to count is forgotten. */
export function socketPlaces(limits: Pick<SocketLimits, 'sockets' | 'perNetwork' | 'perSession' | 'pending'>): SocketPlaces {
  const networks = new Map<string, number>();
  const sessions = new Map<string, number>();
  let taken = 0;
  let pending = 0;

  return {
    get taken() {
      return taken;
    },
    get pending() {
      return pending;
    },
    take(network) {
      // One network that is full is not to be told that the server is.
      if ((networks.get(network) ?? 0) >= limits.perNetwork) {
        return 'ERR_SOCKET_LIMIT';
      }
      if (taken >= limits.sockets || pending >= limits.pending) {
        return 'ERR_OVERLOADED';
      }
      taken++;
      pending++;
      add(networks, network, 1);
      let waiting = true;
      let left = false;
      let joined: string | undefined;
      const settle = () => {
        if (waiting) {
          waiting = false;
          pending--;
        }
      };
      return {
        admit(session) {
          settle();
          if (left || (sessions.get(session) ?? 0) >= limits.perSession) {
            return false;
          }
          joined = session;
          add(sessions, session, 1);
          return true;
        },
        leave() {
          if (left) {
            return;
          }
          left = true;
          settle();
          taken--;
          add(networks, network, -1);
          if (joined !== undefined) {
            add(sessions, joined, -1);
          }
        },
      };
    },
  };
}

function add(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) {
    counts.delete(key);
  } else {
    counts.set(key, count);
  }
}

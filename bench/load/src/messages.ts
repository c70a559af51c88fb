import type { MachineTime } from './machine-time';
import type { PreparedSession } from './prepared-sessions';

/** What the bench says to the server's process, and hears from it. */
export type ToServer = { type: 'prepare'; sessions: number; collect: boolean } | { type: 'sample' } | { type: 'states' } | { type: 'end' };
export type FromServer =
  | { type: 'progress'; done: number }
  | { type: 'ready'; port: number; sessions: PreparedSession[] }
  | { type: 'sample'; sample: ServerSample }
  | { type: 'states'; bytes: number[] }
  | { type: 'failed'; reason: string };

/** The server's process at one moment. */
export interface ServerSample {
  /** Since the process began, in ms. */
  at: number;
  /** Bytes. */
  resident: number;
  heap: number;
  /** CPU time since the process began, all threads, in ms. */
  cpu: number;
  /** How late the event loop was since the last sample, 99th percentile and worst, in ms. */
  lag: number;
  latest: number;
  /** Pauses for the collection of garbage since the last sample: their sum, and the longest, in ms. */
  collecting: { sum: number; longest: number };
  /** Bytes of the heap after a forced collection, where that was asked for. */
  collected: number | null;
  /** From a batch as it was read off its socket to its answer, since the first sample, in ms. */
  own: { p50: number; p99: number; worst: number };
  sockets: number;
}

/** The same with the process of the clients. */
export type ToClients = { type: 'run'; port: number; sessions: PreparedSession[]; ms: number; settleMs: number } | { type: 'end' };
export type FromClients =
  | { type: 'progress'; open: number; answered: number }
  | { type: 'done'; figures: ClientFigures }
  | { type: 'failed'; reason: string };

export interface ClientFigures {
  /** Times from the sending of a batch to its answer in ms, once all clients were there: batches with a window of typing, and the others. */
  windows: number[];
  others: number[];
  /** When each of the windows was answered, in ms since counting began. */
  windowsAt: number[];
  /** The machine's time when counting began, after each whole minute of it, and at its end. */
  times: (MachineTime | null)[];
  /** Refusals by their code. */
  refused: Record<string, number>;
  /** Sockets that closed before the end, by close code. */
  closed: Record<number, number>;
  /** Batches that had no answer when all was over. */
  unanswered: number;
  /** CPU time of the clients' process, in ms. */
  cpu: number;
  ms: number;
  /** How late the clients' own event loop was: 99th percentile, and worst. Their answers seem so much later than they came. */
  lag: { p99: number; worst: number };
}

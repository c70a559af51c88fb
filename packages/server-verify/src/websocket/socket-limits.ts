import { assertObject } from '../arguments';

/** Every bound on the sockets of one server. */
export interface SocketLimits {
  /** Sockets in all, those that are still being admitted among them. Default 10,000. */
  sockets: number;
  /** Sockets of one network: an IPv4 address, or a /64 of IPv6. Default 256; raise it where many customers share an address. */
  perNetwork: number;
  /** Sockets of one session. Default 4. */
  perSession: number;
  /** Sockets that are being admitted at once. Default 512. */
  pending: number;
  /** Batches that wait behind the one that is being judged, and batches that come one after another while a client was told to wait. Default 4. */
  queued: number;
  /** Bytes that may wait for a client to read them. Default 64 KiB. */
  bufferedBytes: number;
  /** Pings and pongs that a client may send from one heartbeat to the next. Default 64. */
  controlFrames: number;
  /** Time between two pings, in ms. Two without an answer end the socket. Default 20,000. */
  heartbeatMs: number;
  /** Longest time to admit a socket, in ms. Default 10,000. */
  handshakeMs: number;
  /** Longest time that a client has to close its side, in ms. Default 5,000. */
  closeMs: number;
  /** Longest time that `close()` waits for batches that are being judged, in ms. Default 5,000. */
  drainMs: number;
}

const DEFAULTS: Readonly<SocketLimits> = Object.freeze({
  sockets: 10_000,
  perNetwork: 256,
  perSession: 4,
  pending: 512,
  queued: 4,
  bufferedBytes: 65_536,
  controlFrames: 64,
  heartbeatMs: 20_000,
  handshakeMs: 10_000,
  closeMs: 5_000,
  drainMs: 5_000,
});
/** Of timers, and far above any sensible number of sockets. */
const MOST = 2 ** 31 - 1;

/** @throws TypeError, RangeError naming the limit */
export function socketLimits(given: Partial<SocketLimits> = {}): Readonly<SocketLimits> {
  assertObject(given, 'limits');
  const limits: SocketLimits = { ...DEFAULTS };
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(DEFAULTS, name)) {
      throw new RangeError(`limits.${name} is no limit: use one of ${Object.keys(DEFAULTS).join(', ')}`);
    }
    if (typeof value !== 'number') {
      throw new TypeError(`limits.${name} must be a number`);
    }
    if (!Number.isInteger(value) || value < 1 || value > MOST) {
      throw new RangeError(`limits.${name} must be an integer from 1 to ${MOST}`);
    }
    limits[name as keyof SocketLimits] = value;
  }
  return Object.freeze(limits);
}

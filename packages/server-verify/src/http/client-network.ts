import { isIPv6 } from 'node:net';

/** Longest address that is counted, in UTF-16 units. */
const MAX_LENGTH = 128;

/**
 * What the throttle counts an address by. One customer's line has a whole /64 of IPv6, so its first half stands for all of it; an IPv4 address in
 * IPv6 form is that address. Anything else is taken as it is.
 */
export function clientNetwork(address: string): string {
  const plain = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(plain);
  if (mapped !== null) {
    return mapped[1]!;
  }
  if (!isIPv6(plain)) {
    return address.slice(0, MAX_LENGTH) || '-';
  }
  const [before = '', after] = plain.toLowerCase().split('::');
  const head = before === '' ? [] : before.split(':');
  const tail = after === undefined || after === '' ? [] : after.split(':');
  // An IPv4 address at the end stands for two groups.
  const groups = head.length + tail.length + (plain.includes('.') ? 1 : 0);
  const all = after === undefined ? head : [...head, ...Array.from({ length: 8 - groups }, () => '0'), ...tail];
  const network = all.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}

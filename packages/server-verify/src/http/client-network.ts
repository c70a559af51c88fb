import { isIPv4, isIPv6 } from 'node:net';

/** Longest address that is counted, in UTF-16 units. */
const MAX_LENGTH = 128;
/** An address with a port, as some proxies hand it on: each connection has another one. */
const WITH_PORT = /^(?:\[([^\]]*)\]|([\d.]+)):\d{1,5}$/;

/**
 * What the throttle counts an address by. One customer's line has a whole /64 of IPv6, so its first half stands for all of it; an IPv4 address in
 * IPv6 form is that address, however that is written; a port counts for nothing. Anything else is taken as it is.
 */
export function clientNetwork(address: string): string {
  const [, bracketed, dotted] = WITH_PORT.exec(address) ?? [];
  const plain = (bracketed ?? dotted ?? address.replace(/^\[|\]$/g, '')).replace(/%.*$/, '');
  if (isIPv4(plain)) {
    return plain;
  }
  if (!isIPv6(plain)) {
    return address.slice(0, MAX_LENGTH) || '-';
  }
  const groups = groupsOf(plain);
  if (groups.slice(0, 6).join() === '0,0,0,0,0,65535') {
    return groups.slice(6).flatMap(bytesOf).join('.');
  }
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): number[] {
  // An IPv4 address at the end stands for two groups.
  const hexadecimal = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [first = 0, second = 0, third = 0, fourth = 0] = bytes.slice(0, 4).map(Number);
    return [first * 256 + second, third * 256 + fourth].map((group) => group.toString(16)).join(':');
  });
  const [before = '', after] = hexadecimal.split('::');
  const parts = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const [head, tail] = [parts(before), parts(after ?? '')];
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
}

const bytesOf = (group: number): number[] => [group >> 8, group & 0xff];

import { isIPv6 } from 'node:net';

export interface ListenAddress {
  /** Undefined: every address of the machine. */
  readonly host: string | undefined;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
}

const portMax = 65_535;

/** Reads `[host]:port[/tcp|/udp]`; a text says what is wrong with it. */
export function parseListenAddress(written: string): ListenAddress | string {
  const parts = /^(?<place>[^/]*)(?:\/(?<protocol>.*))?$/.exec(written)?.groups;
  const place = parts?.place ?? '';
  const protocol = (parts?.protocol ?? 'tcp').toLowerCase();
  if (protocol !== 'tcp' && protocol !== 'udp') return `the protocol ${protocol} is neither tcp nor udp`;
  const colon = place.lastIndexOf(':');
  if (colon < 0) return `it has no port, which is written like ":80"`;
  const digits = place.slice(colon + 1);
  if (!/^\d{1,5}$/.test(digits) || Number(digits) > portMax) return `${digits || 'nothing'} is not a port`;
  const host = place.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  if (host.includes(':') && !isIPv6(host.split('%')[0] ?? '')) return `${host} is not an address`;
  return { host: host || undefined, port: Number(digits), protocol };
}

export function formatListenAddress({ host, port }: Pick<ListenAddress, 'host' | 'port'>): string {
  return `${host?.includes(':') ? `[${host}]` : (host ?? '')}:${port}`;
}

/** Nobody outside this machine can reach it. */
export function isLoopback(host: string | undefined): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host ?? '');
}

/** As logs and rules compare it: no zone, IPv4 in its own form. */
export function foldAddress(address: string | undefined): string {
  if (address === undefined) return '';
  if (address.startsWith(mapping) && address.includes('.')) return address.slice(mapping.length);
  const zone = address.indexOf('%');
  return zone === -1 ? address : address.slice(0, zone);
}

const mapping = '::ffff:';

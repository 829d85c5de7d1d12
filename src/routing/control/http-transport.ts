import type { TransportRecord, WireRecord } from '../../model/wire.ts';
import type { ServersTransport } from '../schema/servers-transport.ts';
import type { Contents } from './build-transports.ts';
import type { Element } from './merge.ts';
import { makeRecord } from './records.ts';

export type HttpTransport = Extract<WireRecord, { kind: 'serversTransport' }>;

export const makeHttpTransport = (element: Element<ServersTransport>, contents: Contents): HttpTransport =>
  makeRecord('serversTransport', element.name, read(element.value, contents));

function read(value: ServersTransport, contents: Contents): TransportRecord {
  const times = value.forwardingTimeouts;
  return {
    serverName: value.serverName || undefined,
    insecureSkipVerify: value.insecureSkipVerify,
    rootCAs: value.rootCAs.map(contents),
    certificates: value.certificates.map(({ certFile, keyFile }) => ({
      cert: contents(certFile),
      key: contents(keyFile),
    })),
    minVersion: value.minVersion || undefined,
    maxVersion: value.maxVersion || undefined,
    cipherSuites: value.cipherSuites,
    disableHTTP2: value.disableHTTP2,
    peerCertURI: value.peerCertURI || undefined,
    maxIdleConnsPerHost: value.maxIdleConnsPerHost,
    dialTimeoutMs: times?.dialTimeout ?? 30_000,
    responseHeaderTimeoutMs: times?.responseHeaderTimeout ?? 0,
    idleConnTimeoutMs: times?.idleConnTimeout ?? 90_000,
    readIdleTimeoutMs: times?.readIdleTimeout ?? 0,
    pingTimeoutMs: times?.pingTimeout ?? 15_000,
  };
}

/** Whoever asks for it wants servers to be known by it, and by nothing less. */
export function spiffeFault(
  name: string,
  said: { readonly spiffe?: unknown } | undefined,
): string | undefined {
  if (said?.spiffe === undefined) return undefined;
  return `the serversTransport "${name}" asks for SPIFFE, which is not there yet`;
}

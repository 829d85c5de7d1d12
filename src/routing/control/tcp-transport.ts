import type { TcpTransportRecord, WireRecord } from '../../model/wire.ts';
import type { TcpServersTransport } from '../schema/tcp-section.ts';
import type { Contents } from './build-transports.ts';
import { spiffeFault } from './http-transport.ts';
import type { Element } from './merge.ts';
import { makeRecord } from './records.ts';

export type TcpTransport = Extract<WireRecord, { kind: 'tcpServersTransport' }>;

export const makeTcpTransport = (element: Element<TcpServersTransport>, contents: Contents): TcpTransport =>
  makeRecord('tcpServersTransport', element.name, read(element.value, contents));

function read(value: TcpServersTransport, contents: Contents): TcpTransportRecord {
  const { dialKeepAlive, dialTimeout, terminationDelay, proxyProtocol, tls } = value;
  return {
    dialKeepAliveMs: dialKeepAlive,
    dialTimeoutMs: dialTimeout,
    terminationDelayMs: terminationDelay,
    proxyProtocol: versionOf(proxyProtocol),
    tls: {
      serverName: tls?.serverName || undefined,
      insecureSkipVerify: tls?.insecureSkipVerify ?? false,
      rootCAs: (tls?.rootCAs ?? []).map(contents),
      certificates: (tls?.certificates ?? []).map(({ certFile, keyFile }) => ({
        cert: contents(certFile),
        key: contents(keyFile),
      })),
      peerCertURI: tls?.peerCertURI || undefined,
    },
  };
}

export const tcpTransportFault = ({ name, value }: Element<TcpServersTransport>): string | undefined =>
  spiffeFault(name, value.tls) ?? versionFault(value.proxyProtocol);

type ProxyProtocol = { readonly version: number } | undefined;

export function versionFault(proxyProtocol: ProxyProtocol): string | undefined {
  const known = proxyProtocol === undefined || versionOf(proxyProtocol) !== undefined;
  return known ? undefined : `unknown proxyProtocol version: ${proxyProtocol.version}`;
}

export function versionOf(proxyProtocol: ProxyProtocol): 1 | 2 | undefined {
  const version = proxyProtocol?.version;
  return version === 1 || version === 2 ? version : undefined;
}

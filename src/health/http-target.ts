import { isIP } from 'node:net';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import type { TransportRecord } from '../model/wire.ts';
import { trustedAuthorities } from '../proxy/servers/server-tls.ts';
import { cipherSuites, protocolVersions } from '../tls/go-names.ts';
import type { HttpQuestion } from './checked-service.ts';

export interface HttpTarget {
  /** With `http:` or `https:`. */
  readonly url: URL;
  /** It speaks HTTP/2 without being asked. */
  readonly http2: boolean;
}

/** Who is asked for what. Throws an `Error` when the path leads elsewhere. */
export function httpTarget(question: Pick<HttpQuestion, 'url' | 'scheme' | 'port' | 'path'>): HttpTarget {
  const [, said = '', rest = ''] = /^([^:]*):(.*)$/s.exec(question.url) ?? [];
  const scheme = question.scheme || said;
  const server = new URL(`${scheme === 'https' ? 'https' : 'http'}:${rest}`);
  const url = new URL(question.path, server);
  if (url.host !== server.host || /^[a-z][a-z0-9+.-]*:/i.test(question.path))
    throw new Error(`the path "${question.path}" of the health check leads to another server`);
  if (question.port > 0) url.port = String(question.port);
  return { url, http2: scheme === 'h2c' };
}

/** How TLS is spoken with the servers of a transport. */
export function tlsOf(transport: TransportRecord, host: string): ConnectionOptions {
  const { serverName, rootCAs, certificates, peerCertURI } = transport;
  const name = serverName || host.replace(/^\[|\]$/g, '');
  return {
    servername: isIP(name) === 0 ? name : '',
    rejectUnauthorized: !transport.insecureSkipVerify,
    ca: rootCAs.length > 0 ? [...rootCAs] : trustedAuthorities(),
    cert: certificates.map(({ cert }) => cert),
    key: certificates.map(({ key }) => key),
    minVersion: protocolVersions[transport.minVersion ?? ''],
    maxVersion: protocolVersions[transport.maxVersion ?? ''],
    ciphers: transport.cipherSuites.map((suite) => cipherSuites[suite] ?? suite).join(':') || undefined,
    checkServerIdentity: (asked, certificate) => {
      const names = certificate.subjectaltname?.split(', ') ?? [];
      if (peerCertURI && !names.includes(`URI:${peerCertURI}`))
        return new Error(`its certificate has no URI ${peerCertURI} among its names`);
      return checkServerIdentity(serverName || asked, certificate);
    },
  };
}

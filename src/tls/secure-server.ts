import { createHash } from 'node:crypto';
import tls from 'node:tls';
import type { TlsOptionsRecord } from '../model/wire.ts';
import type { NamedCertificate } from './certificate-index.ts';
import {
  cipherSuites,
  curves,
  defaultCipherSuites,
  fixedCipherSuites,
  protocolVersions,
} from './go-names.ts';

/** What follows a handshake here; a client that offers others gets the alert `no_application_protocol`. */
const servedProtocols: readonly string[] = ['http/1.1'];
/** An idle handshake; the whole of it is bounded by the entry point's read time-out. */
const handshakeTimeoutMs = 60_000;

export interface SecureServerInit {
  /** Qualified name of the options. */
  readonly name: string;
  readonly options: TlsOptionsRecord;
  readonly certificate: NamedCertificate;
  /** The same in all workers, so that a session may be resumed at any of them. */
  readonly ticketKeys: Buffer;
}

/**
 * A TLS server that never listens: sockets whose greeting has been read are given to it by its event
 * `connection`. There is one for each pair of options and certificate.
 *
 * Client certificates are asked for but never refused here: OpenSSL's refusal would not tell us why.
 */
export function createSecureServer({ name, options, certificate, ticketKeys }: SecureServerInit): tls.Server {
  return tls.createServer({
    cert: certificate.cert,
    key: certificate.key,
    ca: [...options.clientAuthorities],
    requestCert: options.clientAuthType !== 'NoClientCert',
    rejectUnauthorized: false,
    ...versionsAndCiphers(options),
    ecdhCurve: options.curvePreferences.map((curve) => curves[curve]).join(':') || 'auto',
    ALPNProtocols: offeredProtocols(options),
    ticketKeys,
    secureOptions: options.disableSessionTickets ? noTicket : 0,
    sessionIdContext: sessionContext(name, options),
    handshakeTimeout: handshakeTimeoutMs,
    honorCipherOrder: true,
  });
}

/** `SSL_OP_NO_TICKET`. */
const noTicket = 0x4000;

function versionsAndCiphers(options: TlsOptionsRecord): tls.SecureContextOptions {
  const minVersion = protocolVersions[options.minVersion ?? ''] ?? 'TLSv1.2';
  const chosen = options.cipherSuites.length > 0 ? options.cipherSuites : defaultCipherSuites;
  const names = [...new Set([...fixedCipherSuites, ...chosen])].map((suite) => cipherSuites[suite]);
  // OpenSSL speaks the old versions only where nothing is ruled out for being weak.
  const level = minVersion === 'TLSv1' || minVersion === 'TLSv1.1' ? ['@SECLEVEL=0'] : [];
  return {
    minVersion,
    maxVersion: protocolVersions[options.maxVersion ?? ''] ?? 'TLSv1.3',
    ciphers: [...names, ...level].join(':'),
  };
}

function offeredProtocols(options: TlsOptionsRecord): string[] {
  const offered = options.alpnProtocols.filter((protocol) => servedProtocols.includes(protocol));
  return offered.length > 0 ? offered : [...servedProtocols];
}

/** A session begun under one set of options must not be resumed under another: that would skip the client's certificate. */
function sessionContext(name: string, options: TlsOptionsRecord): string {
  return createHash('sha256')
    .update(JSON.stringify([name, options]))
    .digest('hex')
    .slice(0, 32);
}

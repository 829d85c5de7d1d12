import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
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
import { type TicketKeys, ticketKeyMs } from './ticket-keys.ts';

/** What follows the handshake: requests, which we answer, or bytes that go on to a server. */
export type TlsUse = 'https' | 'tcp';

/** What we speak; a client that offers others gets the alert `no_application_protocol`. */
const servedProtocols: readonly string[] = ['h2', 'http/1.1'];
/** An idle handshake; the whole of it is bounded by the entry point's read time-out. */
const handshakeTimeoutMs = 60_000;

export interface SecureServerInit {
  /** Qualified name of the options. */
  readonly name: string;
  readonly options: TlsOptionsRecord;
  readonly certificate: NamedCertificate;
  readonly use: TlsUse;
  readonly ticketKeys: TicketKeys;
}

/** What becomes of one handshake; exactly one of the two is called, or none if the client leaves. */
export interface HandshakeListener {
  onSecure(socket: tls.TLSSocket): void;
  onFailure(error: Error): void;
}

/**
 * Accepts sockets whose greeting has been read already. There is one for each set of options, certificate
 * and use.
 *
 * It is a `tls.Server` that never listens: its event `connection` takes sockets from elsewhere, and only a
 * server reports what OpenSSL thinks of a client's certificate. Client certificates are asked for but never
 * refused in the handshake: such a refusal would not tell us why.
 */
export class SecureServer {
  readonly #server: tls.Server;

  constructor(init: SecureServerInit) {
    this.#server = tls.createServer(serverOptions(init));
    init.ticketKeys.equip(this.#server);
    this.#server.on('secureConnection', (secure) => {
      secure.allowHalfOpen = true;
      takeListener(secure)?.onSecure(secure);
    });
    // Of the failed socket nothing may be touched: asking it for more than its origin has crashed Node.
    this.#server.on('tlsClientError', (error, secure) => takeListener(secure)?.onFailure(error));
  }

  /** What was read of the socket must have been put back with `unshift`. */
  accept(socket: Socket, listener: HandshakeListener): void {
    // Whoever leaves in the middle of a handshake has nothing to be answered.
    socket.allowHalfOpen = false;
    (socket as Accepted)[listenerKey] = listener;
    this.#server.emit('connection', socket);
  }
}

/** Who waits for the handshake of a socket. */
const listenerKey = Symbol('listener');

interface Accepted extends Socket {
  [listenerKey]?: HandshakeListener | undefined;
}

/** `_parent` is the one way from a TLS socket back to the one it was made of. */
function takeListener(secure: tls.TLSSocket): HandshakeListener | undefined {
  const accepted = (secure as tls.TLSSocket & { readonly _parent: Accepted })._parent;
  const listener = accepted[listenerKey];
  accepted[listenerKey] = undefined;
  return listener;
}

function serverOptions({ name, options, certificate, use }: SecureServerInit): tls.TlsOptions {
  return {
    cert: certificate.cert,
    key: certificate.key,
    ca: [...options.clientAuthorities],
    requestCert: options.clientAuthType !== 'NoClientCert',
    rejectUnauthorized: false,
    ...versionsAndCiphers(options),
    ecdhCurve: options.curvePreferences.map((curve) => curves[curve]).join(':') || 'auto',
    ALPNProtocols: offeredProtocols(options, use),
    sessionTimeout: ticketKeyMs / 1000,
    secureOptions: options.disableSessionTickets ? noTicket : 0,
    sessionIdContext: sessionContext(name, options),
    handshakeTimeout: handshakeTimeoutMs,
    honorCipherOrder: true,
  };
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

/** What a server behind a TCP router speaks is for its options to say. */
function offeredProtocols({ alpnProtocols }: TlsOptionsRecord, use: TlsUse): string[] {
  if (use === 'tcp') return alpnProtocols.filter((protocol) => protocol !== acmeProtocol);
  const offered = alpnProtocols.filter((protocol) => servedProtocols.includes(protocol));
  return offered.length > 0 ? offered : [...servedProtocols];
}

/** For proofs to a certificate authority, never for traffic. */
const acmeProtocol = 'acme-tls/1';

/**
 * A session begun under one set of options must not be resumed under another: that would skip the
 * client's certificate.
 */
function sessionContext(name: string, options: TlsOptionsRecord): string {
  return createHash('sha256')
    .update(JSON.stringify([name, options]))
    .digest('hex')
    .slice(0, 32);
}

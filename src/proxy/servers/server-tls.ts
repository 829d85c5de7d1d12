import { isIP, type OnReadOpts } from 'node:net';
import {
  type ConnectionOptions,
  connect,
  createSecureContext,
  getCACertificates,
  type SecureContext,
  type SecureVersion,
  type TLSSocket,
} from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import type { TransportRecord } from '../../model/wire.ts';
import type { ServerAddress } from './server-address.ts';

const versions: Readonly<Record<string, SecureVersion>> = {
  VersionTLS10: 'TLSv1',
  VersionTLS11: 'TLSv1.1',
  VersionTLS12: 'TLSv1.2',
  VersionTLS13: 'TLSv1.3',
};
const http1Only: readonly string[] = ['http/1.1'];
const tcpKeepAliveMs = 30_000;

/** How TLS is spoken with the servers of a transport. */
export class ServerTls {
  readonly #transport: TransportRecord;
  #certificates: TransportRecord['certificates'];
  #context: SecureContext;
  /** The last session, so that the next handshake is a short one. */
  #session: Buffer | undefined;

  /** Throws an `Error` when certificates or authorities cannot be read. */
  constructor(transport: TransportRecord) {
    this.#transport = transport;
    this.#certificates = transport.certificates;
    this.#context = secureContext(transport);
  }

  /**
   * From now on these are shown; connections that are there have been agreed already. A session that was begun under
   * others would go on under them. Throws as the constructor does, and all stays as it was.
   */
  show(certificates: TransportRecord['certificates']): void {
    if (isDeepStrictEqual(certificates, this.#certificates)) return;
    this.#context = secureContext({ ...this.#transport, certificates });
    this.#certificates = certificates;
    this.#session = undefined;
  }

  /** `protocols`: what the server may choose from. */
  connect(address: ServerAddress, onread: OnReadOpts, protocols = http1Only): TLSSocket {
    const { serverName, insecureSkipVerify } = this.#transport;
    const name = serverName || address.host;
    // `onread` is documented; its type is missing.
    const options: ConnectionOptions & { onread: OnReadOpts } = {
      host: address.host,
      port: address.port,
      onread,
      secureContext: this.#context,
      ALPNProtocols: [...protocols],
      rejectUnauthorized: !insecureSkipVerify,
      ...(isIP(name) === 0 ? { servername: name } : {}),
      ...(this.#session === undefined ? {} : { session: this.#session }),
    };
    const socket = connect(options);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, tcpKeepAliveMs);
    const context = this.#context;
    socket.on('session', (session: Buffer) => {
      if (context === this.#context) this.#session = session;
    });
    return socket;
  }

  /** Why a server is refused although its certificate is valid. */
  refusal(socket: TLSSocket): Error | undefined {
    return uriRefusal(socket, this.#transport.peerCertURI);
  }
}

const secureContext = (transport: TransportRecord): SecureContext =>
  createSecureContext({
    ca: transport.rootCAs.length > 0 ? [...transport.rootCAs] : trustedAuthorities(),
    cert: transport.certificates.map(({ cert }) => cert),
    key: transport.certificates.map(({ key }) => key),
    minVersion: versions[transport.minVersion ?? ''] ?? 'TLSv1.2',
    maxVersion: versions[transport.maxVersion ?? ''] ?? 'TLSv1.3',
    ...(transport.cipherSuites.length > 0 ? { ciphers: transport.cipherSuites.join(':') } : {}),
  });

/** `peerCertURI` must be among the names of the server's certificate. */
export function uriRefusal(socket: TLSSocket, peerCertURI: string | undefined): Error | undefined {
  if (!peerCertURI) return undefined;
  const names = socket.getPeerCertificate().subjectaltname ?? '';
  if (names.split(', ').includes(`URI:${peerCertURI}`)) return undefined;
  const error = new Error(`the server's certificate has no URI ${peerCertURI} among its names (${names})`);
  return Object.assign(error, { code: 'ERR_TLS_PEER_URI' });
}

let authorities: string[] | undefined;

/** Those of the system and those that come with the runtime; read once, when first needed. */
export function trustedAuthorities(): string[] {
  authorities ??= [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
  return authorities;
}

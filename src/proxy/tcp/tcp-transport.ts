import { isIP } from 'node:net';
import { type ConnectionOptions, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import type { TcpTransportRecord } from '../../model/wire.ts';
import { trustedAuthorities, uriRefusal } from '../servers/server-tls.ts';

/** How the servers of a TCP service are spoken with. */
export class TcpTransport {
  readonly record: TcpTransportRecord;
  #context: SecureContext | undefined;

  constructor(record: TcpTransportRecord) {
    this.record = record;
  }

  /** Throws an `Error` when certificates or authorities cannot be read. */
  tlsOptions(host: string): ConnectionOptions {
    const { serverName, insecureSkipVerify } = this.record.tls;
    const name = serverName || host;
    return {
      secureContext: (this.#context ??= this.#createContext()),
      rejectUnauthorized: !insecureSkipVerify,
      // What the certificate is compared with, also where it is an address.
      host: name,
      ...(isIP(name) === 0 ? { servername: name } : {}),
    };
  }

  /** Why a server is refused although its certificate is valid. */
  refusal(socket: TLSSocket): Error | undefined {
    return uriRefusal(socket, this.record.tls.peerCertURI);
  }

  #createContext(): SecureContext {
    const { rootCAs, certificates } = this.record.tls;
    return createSecureContext({
      ca: rootCAs.length > 0 ? [...rootCAs] : trustedAuthorities(),
      cert: certificates.map(({ cert }) => cert),
      key: certificates.map(({ key }) => key),
    });
  }
}

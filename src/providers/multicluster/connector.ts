/** Dials a child and looks at its certificate before a byte of HTTP is sent. */
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { buildConnector } from 'undici';
import { cipherSuites, protocolVersions } from '../../tls/go-names.ts';
import { type Credentials, tlsCredentials } from './credentials.ts';
import { explainCertificate } from './explain-certificate.ts';
import { ChildFailure } from './failure.ts';
import type { ChildTransport } from './options.ts';

export interface DialOptions {
  readonly transport: ChildTransport;
  readonly credentials: Credentials;
  readonly timeoutMs: number;
}

/**
 * Verification itself is Node's; asking it for its verdict instead of an error is what keeps the certificate at
 * hand to explain the refusal with.
 */
export function childConnector(options: DialOptions): buildConnector.connector {
  const { transport, timeoutMs } = options;
  const dialTimeout = transport.forwardingTimeouts?.dialTimeout || Infinity;
  const connect = buildConnector({
    ...tlsOptions(options),
    timeout: Math.min(timeoutMs, dialTimeout),
    rejectUnauthorized: false,
    allowH2: false,
  });
  return (target, done) =>
    connect(target, (...[error, socket]) => {
      if (error) return done(error, null);
      const refusal = transport.insecureSkipVerify
        ? undefined
        : refusalOf(socket as TLSSocket, target, options);
      if (!refusal) return done(null, socket);
      socket.destroy();
      done(refusal, null);
    });
}

function tlsOptions({ transport, credentials }: DialOptions) {
  return {
    ...tlsCredentials(credentials),
    servername: transport.serverName || undefined,
    minVersion: protocolVersions[transport.minVersion],
    maxVersion: protocolVersions[transport.maxVersion],
    ciphers: cipherList(transport.cipherSuites),
    ...(transport.peerCertURI ? { checkServerIdentity: uriCheck(transport.peerCertURI) } : {}),
  };
}

const cipherList = (names: readonly string[]) =>
  names.length > 0 ? names.map((name) => cipherSuites[name] ?? name).join(':') : undefined;

/** With `peerCertURI` the leaf is known by that URI alone, as in Traefik. */
const uriCheck = (uri: string) => (_host: string, certificate: PeerCertificate) =>
  certificate.subjectaltname?.split(', ').includes(`URI:${uri}`)
    ? undefined
    : new Error(`it does not have the URI ${uri} among its names`);

function refusalOf(
  socket: TLSSocket,
  target: buildConnector.Options,
  { transport, credentials }: DialOptions,
): ChildFailure | undefined {
  if (!socket.encrypted || socket.authorized) return undefined;
  const failure = explainCertificate({
    code: String(socket.authorizationError),
    certificate: socket.getPeerCertificate(),
    expected: transport.serverName || target.hostname.replace(/^\[|\]$/g, ''),
    ownAuthorities: credentials.rootCAs.length > 0,
  });
  return new ChildFailure(failure);
}

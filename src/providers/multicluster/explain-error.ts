/** Turns an error of the network, of TLS or of HTTP into a failure with a remedy. */
import { ChildFailure, type Failure } from './failure.ts';

export interface Attempted {
  readonly address: URL;
  /** A client certificate was at hand. */
  readonly ownCertificate: boolean;
  readonly timeoutMs: number;
}

export function explainError(error: unknown, attempted: Attempted): Failure {
  if (error instanceof ChildFailure) return error.failure;
  const code = codeOf(error);
  if (timeouts.has(code)) return timedOut(attempted);
  if (isRefusalOfUs(code, attempted)) return refusedUs(code, attempted);
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') return plainPort;
  if (code.startsWith('HPE_') || code === 'HTTPParserError') return notHttp;
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') return brokenOff;
  const [text, remedy] = network[code] ?? [(error as Error).message, 'Check its address and the network.'];
  return { code: 'child-unreachable', text, remedy };
}

/** undici wraps some errors; the innermost code says what happened. */
function codeOf(error: unknown): string {
  const { code, name, cause } = error as { code?: unknown; name?: string; cause?: unknown };
  if (cause instanceof Error) return codeOf(cause);
  return typeof code === 'string' ? code : String(name);
}

const timeouts = new Set([
  'TimeoutError',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

const timedOut = ({ timeoutMs }: Attempted): Failure => ({
  code: 'child-unreachable',
  text: `it did not answer within ${timeoutMs / 1000} s`,
  remedy: 'Check that the address is right and that no firewall drops the connection; or raise pollTimeout.',
});

/**
 * A child that wants a certificate ends the connection after the handshake: with an alert, or without a
 * word.
 */
function isRefusalOfUs(code: string, { address }: Attempted): boolean {
  if (address.protocol !== 'https:') return false;
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE' || /ALERT/.test(code);
}

const refusedUs = (code: string, { ownCertificate }: Attempted): Failure => ({
  code: 'child-refused-us',
  text: `it ended the TLS connection without an answer (${code})`,
  remedy: ownCertificate
    ? "Check that serversTransport.certificates holds a client certificate that is still valid and whose authority stands in the child's clientAuth.caFiles; the child's log says why it refused."
    : 'The child asks for a client certificate: name one in serversTransport.certificates.',
});

const plainPort: Failure = {
  code: 'child-unreachable',
  text: 'it does not speak TLS on this port',
  remedy: 'Give the port of an uplink entry point with http.tls, or write http:// in its address.',
};

const notHttp: Failure = {
  code: 'child-answer-wrong',
  text: 'what it answers is not HTTP, or was cut off',
  remedy: 'Check that the address is an uplink entry point of the child (hub.uplinkEntryPoints there).',
};

export const brokenOff: Failure = {
  code: 'child-answer-wrong',
  text: 'it closed the connection before its answer was complete',
  remedy: 'Check the log of the child, and what stands between the two hosts.',
};

const network: Readonly<Record<string, readonly [text: string, remedy: string]>> = {
  ECONNREFUSED: [
    'nothing listens at its address',
    'Check that the child runs and that the port is one of its hub.uplinkEntryPoints.',
  ],
  ENOTFOUND: ['its name is not known to the DNS', 'Check the host name in its address.'],
  EAI_AGAIN: ['the DNS does not answer', 'Check the name servers of this host.'],
  EHOSTUNREACH: ['its host cannot be reached', 'Check the network between the two hosts.'],
  ENETUNREACH: ['its network cannot be reached', 'Check the network between the two hosts.'],
  UND_ERR_SOCKET: [
    'it closed the connection without an answer',
    'Check that it runs, and whether its uplink entry point speaks TLS: then write https:// in its address.',
  ],
  ECONNRESET: ['it reset the connection', 'Check that it runs, and whether its port speaks TLS.'],
};

/** Every way in which forwarding can fail, with the status the client gets. */
export const proxyErrors = {
  /** The server closed the connection before it answered. */
  'server-closed': { status: 502, side: 'server' },
  'connection-refused': { status: 502, side: 'server' },
  /** Unreachable, reset, name not found: any other failure of the network. */
  'network-failure': { status: 502, side: 'server' },
  'dial-timeout': { status: 504, side: 'server' },
  'response-timeout': { status: 504, side: 'server' },
  /** The server's certificate was refused, or its TLS is broken. */
  'tls-failure': { status: 500, side: 'server' },
  /** What the server sent is not a response that two parsers would read alike. */
  'malformed-response': { status: 500, side: 'server' },
  /** The head was sent; only aborting the client's connection can tell it. */
  'response-aborted': { status: 502, side: 'server' },
  'no-available-server': { status: 503, side: 'proxy' },
  'too-many-hops': { status: 508, side: 'proxy' },
  'request-too-large': { status: 413, side: 'client' },
  'malformed-request': { status: 400, side: 'client' },
  'request-timeout': { status: 408, side: 'client' },
  'client-closed': { status: 499, side: 'client' },
  /** A fault of this program. */
  internal: { status: 500, side: 'proxy' },
} as const satisfies Record<string, { status: number; side: 'client' | 'server' | 'proxy' }>;

export type ProxyErrorCode = keyof typeof proxyErrors;

/**
 * A request that failed, as opposed to a broken invariant (an assertion) or a bad configuration (a
 * `Problem`).
 */
export class ProxyError extends Error {
  readonly code: ProxyErrorCode;
  readonly status: number;
  /** Who is to blame. */
  readonly side: 'client' | 'server' | 'proxy';
  /** No byte of the request has reached the server, so that any method may be tried again. */
  readonly nothingSent: boolean;

  constructor(
    code: ProxyErrorCode,
    message: string,
    options: { nothingSent?: boolean; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = proxyErrors[code].status;
    this.side = proxyErrors[code].side;
    this.nothingSent = options.nothingSent ?? false;
  }
}

/** Where a server is reached, and how its URL shapes what is sent to it. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  /** Of a unix socket; host and port mean nothing then. */
  readonly socketPath: string | undefined;
  readonly encrypted: boolean;
  /** It speaks HTTP/2 without being asked. */
  readonly http2: boolean;
  /** As `Host` when the client's is not passed on. */
  readonly authority: string;
  /** Path of the URL without a slash at its end. */
  readonly path: string;
}

const schemes = new Set(['http:', 'https:', 'h2c:']);

/** Throws an `Error` that says what is wrong; user, password and query are ignored. */
export function parseServerUrl(text: string): ServerAddress {
  if (text.startsWith('unix:')) {
    const socketPath = text.slice('unix:'.length);
    return {
      host: '',
      port: 0,
      socketPath,
      encrypted: false,
      http2: false,
      authority: 'localhost',
      path: '',
    };
  }
  const url = new URL(text);
  if (!schemes.has(url.protocol)) {
    throw new Error(`The scheme of the server ${text} is none of http, https and h2c.`);
  }
  const encrypted = url.protocol === 'https:';
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || (encrypted ? 443 : 80),
    socketPath: undefined,
    encrypted,
    http2: url.protocol === 'h2c:',
    authority: url.host,
    path: url.pathname.replace(/\/+$/, ''),
  };
}

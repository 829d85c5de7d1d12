/** Where a server is reached, and how its URL shapes what is sent to it. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  /** Of a unix socket; host and port mean nothing then. */
  readonly socketPath: string | undefined;
  readonly encrypted: boolean;
  /** As `Host` when the client's is not passed on. */
  readonly authority: string;
  /** Path of the URL without a slash at its end. */
  readonly path: string;
}

/** Throws an `Error` that says what is wrong; user, password and query are ignored. */
export function parseServerUrl(text: string): ServerAddress {
  if (text.startsWith('unix:')) {
    const socketPath = text.slice('unix:'.length);
    return { host: '', port: 0, socketPath, encrypted: false, authority: 'localhost', path: '' };
  }
  const url = new URL(text);
  if (url.protocol === 'h2c:') throw new Error('HTTP/2 without TLS towards servers is not served yet.');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new Error(`The scheme of the server ${text} is neither http nor https.`);
  }
  const encrypted = url.protocol === 'https:';
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || (encrypted ? 443 : 80),
    socketPath: undefined,
    encrypted,
    authority: url.host,
    path: url.pathname.replace(/\/+$/, ''),
  };
}

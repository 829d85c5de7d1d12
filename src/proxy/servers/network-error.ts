import { ProxyError } from '../../model/proxy-error.ts';
import { explainTlsError } from '../explain-tls-error.ts';

const timeouts = new Set(['ETIMEDOUT', 'ESOCKETTIMEDOUT']);

/** What became of a connection to a server, in the proxy's words. */
export function networkError(cause: Error | undefined, connected: boolean): ProxyError {
  if (cause instanceof ProxyError) return cause;
  const options = { nothingSent: !connected, cause };
  if (cause === undefined) {
    return new ProxyError('server-closed', 'The server closed the connection without an answer.', options);
  }
  const certificate = explainTlsError(cause);
  if (certificate !== undefined) return new ProxyError('tls-failure', certificate, options);
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  if (code === 'ECONNREFUSED') {
    return new ProxyError(
      'connection-refused',
      `The server refused the connection: ${cause.message}`,
      options,
    );
  }
  if (timeouts.has(code)) {
    const kind = connected ? 'response-timeout' : 'dial-timeout';
    return new ProxyError(kind, `The server cannot be reached: ${cause.message}`, options);
  }
  return new ProxyError('network-failure', `The connection to the server failed: ${cause.message}`, options);
}

/** The connection ended before it said anything: perhaps it was only too old. */
export function isLoss(error: ProxyError): boolean {
  return error.code === 'server-closed' || error.code === 'network-failure';
}

export function malformedHead(tooLong: boolean): ProxyError {
  const what = tooLong ? 'is too long' : 'is malformed';
  return new ProxyError('malformed-response', `The head of the server's response ${what}.`);
}

export function malformedBody({ message }: ProxyError): ProxyError {
  return new ProxyError('response-aborted', `The server's response is malformed: ${message}`);
}

export function cutHead(): ProxyError {
  const message = 'The server closed the connection within the head of its response.';
  return new ProxyError('malformed-response', message);
}

export function cutShort(): ProxyError {
  const message = 'The server closed the connection before its response was complete.';
  return new ProxyError('response-aborted', message);
}

export function dialTimeout(): ProxyError {
  const message = 'The server did not accept a connection in time.';
  return new ProxyError('dial-timeout', message, { nothingSent: true });
}

export function responseTimeout(): ProxyError {
  return new ProxyError('response-timeout', 'The server did not answer in time.');
}

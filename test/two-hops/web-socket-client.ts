import { type ClientHttp2Session, connect } from 'node:http2';
import { once } from 'node:events';

/** A client of HTTP/2 whose streams become WebSockets (RFC 8441), as far as their bytes go. */
export class WebSocketClient implements Disposable {
  readonly #session: ClientHttp2Session;

  constructor(port: number) {
    this.#session = connect(`http://127.0.0.1:${port}`);
    this.#session.on('error', () => {});
  }

  [Symbol.dispose](): void {
    this.#session.destroy();
  }

  async open(authority: string, path = '/') {
    if (!this.#session.remoteSettings?.enableConnectProtocol) await once(this.#session, 'remoteSettings');
    const fields = { ':method': 'CONNECT', ':protocol': 'websocket', ':scheme': 'http' };
    const stream = this.#session.request({ ...fields, ':path': path, ':authority': authority });
    const [head] = await once(stream, 'response');
    stream.setEncoding('latin1');
    return { stream, status: Number(head[':status']) };
  }
}

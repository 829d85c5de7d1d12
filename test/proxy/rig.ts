/** A proxy of one worker without the rest of the program, servers that say what a test writes, raw clients. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Listener } from '../../src/entry-points/listener.ts';
import type { Client, Handler } from '../../src/model/exchange.ts';
import type { TransportRecord } from '../../src/model/wire.ts';
import { Forwarders } from '../../src/proxy/forwarders.ts';
import type { HttpSettings } from '../../src/proxy/http-settings.ts';
import { serveHttp1 } from '../../src/proxy/http1/serve-http1.ts';
import { TimerWheel } from '../../src/proxy/timer-wheel.ts';
import { freePort } from '../../examples/demo/ports.ts';

export const plainTransport: TransportRecord = {
  serverName: undefined,
  insecureSkipVerify: false,
  rootCAs: [],
  certificates: [],
  minVersion: undefined,
  maxVersion: undefined,
  cipherSuites: [],
  disableHTTP2: true,
  peerCertURI: undefined,
  maxIdleConnsPerHost: 100,
  dialTimeoutMs: 60_000,
  responseHeaderTimeoutMs: 0,
  idleConnTimeoutMs: 90_000,
  readIdleTimeoutMs: 0,
  pingTimeoutMs: 0,
};

export const defaultSettings: HttpSettings = {
  maxHeaderBytes: 1_048_576,
  underscores: 'keep',
  sanitizePath: true,
  encodeQuerySemicolons: false,
  uplink: false,
  hostName: 'proxy.test',
  forwarded: { insecure: false, trusts: () => false, connection: [], append: true, schemeHeaders: false },
  readTimeoutMs: 60_000,
  writeTimeoutMs: 0,
  idleTimeoutMs: 180_000,
  keepAliveMaxRequests: 0,
  keepAliveMaxTimeMs: 0,
  http2: { concurrentStreamsMax: 250, decoderTableBytes: 4096, encoderTableBytes: 4096 },
};

export interface RigInit {
  /** Instead of HTTP/1. */
  readonly serve?: (...given: Parameters<typeof serveHttp1>) => void;
  /** What the server does with each connection; or a handler instead of forwarding. */
  readonly server?: (socket: Socket) => void;
  readonly handler?: (forwarder: Handler) => Handler;
  readonly settings?: Partial<HttpSettings>;
  readonly transport?: Partial<TransportRecord>;
  readonly client?: Partial<Client>;
  readonly url?: string;
  /** Milliseconds that the proxy reads instead of the real ones. */
  readonly clock?: () => number;
}

export class Rig implements AsyncDisposable {
  readonly wheel: TimerWheel;
  readonly forwarders: Forwarders;
  readonly servers: Socket[] = [];
  port = 0;
  serverPort = 0;
  readonly #listeners: Server[] = [];
  #proxy: Listener | undefined;
  readonly #sockets = new Set<Socket>();

  constructor(clock: RigInit['clock']) {
    this.wheel = new TimerWheel(clock);
    this.forwarders = new Forwarders({ wheel: this.wheel });
  }

  static async start(init: RigInit): Promise<Rig> {
    const rig = new Rig(init.clock);
    rig.serverPort = await rig.#listen((socket) => {
      rig.servers.push(socket);
      init.server?.(socket);
    });
    const url = init.url ?? `http://127.0.0.1:${rig.serverPort}`;
    const forwarder = rig.forwarders.acquire({
      server: { url, weight: 1, preservePath: false, uplink: undefined },
      transport: { ...plainTransport, ...init.transport },
      passHostHeader: true,
    });
    const handler = init.handler?.(forwarder) ?? forwarder;
    const settings = { ...defaultSettings, ...init.settings };
    rig.#proxy = new Listener((reading) => {
      rig.#track(reading.socket);
      const client = { ...clientOf(reading.socket), ...init.client };
      (init.serve ?? serveHttp1)(reading, client, { settings, handler, wheel: rig.wheel });
    });
    rig.port = await freePort();
    await rig.#proxy.listen({ host: '127.0.0.1', port: rig.port });
    return rig;
  }

  /** A client that has connected. */
  async client(): Promise<RawClient> {
    const socket = connect({ port: this.port, host: '127.0.0.1', allowHalfOpen: true });
    this.#track(socket);
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  /** Waits until the proxy has read all that the client has sent, or has closed. */
  async arrival({ socket }: RawClient): Promise<void> {
    const ofProxy = ({ localPort, remotePort }: Socket) =>
      localPort === this.port && remotePort === socket.localPort;
    const isRead = () => [...this.#sockets].find(ofProxy)?.bytesRead === socket.bytesWritten;
    while (!isRead() && !socket.readableEnded && !socket.destroyed) await new Promise(setImmediate);
  }

  /** Sends text on a connection of its own and gives all that comes until the proxy closes. */
  async exchange(text: string): Promise<string> {
    const client = await this.client();
    client.send(text);
    return client.untilClosed();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#proxy?.close();
    for (const socket of this.#sockets) socket.destroy();
    this.forwarders[Symbol.dispose]();
    this.wheel[Symbol.dispose]();
    await Promise.all(this.#listeners.map((server) => new Promise((done) => server.close(done))));
  }

  async #listen(accept: (socket: Socket) => void): Promise<number> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.#track(socket);
      accept(socket);
    });
    this.#listeners.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
  }
}

function clientOf(socket: Socket): Client {
  return {
    address: '127.0.0.1',
    port: socket.remotePort ?? 0,
    entryPoint: 'web',
    tls: undefined,
  };
}

export class RawClient {
  readonly socket: Socket;
  received = '';
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.received += text;
      this.#wake();
    });
    socket.on('end', () => this.#wake());
    socket.on('close', () => this.#wake());
  }

  send(text: string): void {
    this.socket.write(text, 'latin1');
  }

  /** Waits until everything received so far matches. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.received)) {
      if (this.#closed) throw new Error(`Closed before ${pattern}: ${this.received.slice(0, 200)}`);
      await this.#more();
    }
    return this.received;
  }

  async untilClosed(): Promise<string> {
    while (!this.#closed) await this.#more();
    return this.received;
  }

  get #closed(): boolean {
    return this.socket.readableEnded || this.socket.destroyed;
  }

  #more(): Promise<void> {
    return new Promise((wake) => {
      this.#wake = wake;
    });
  }
}

/** Answers each request head (bodies by length are read first) by what `answer` makes of it. */
export function scripted(answer: (request: string, socket: Socket) => string | undefined) {
  return (socket: Socket): void => {
    let input = '';
    socket.setEncoding('latin1');
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
    socket.on('data', (text: string) => {
      input += text;
      for (let end = endOfRequest(input); end !== -1; end = endOfRequest(input)) {
        const reply = answer(input.slice(0, end), socket);
        input = input.slice(end);
        if (reply !== undefined) socket.write(reply, 'latin1');
      }
    });
  };
}

function endOfRequest(input: string): number {
  const head = input.indexOf('\r\n\r\n');
  if (head === -1) return -1;
  const fields = input.slice(0, head);
  if (/transfer-encoding: chunked/i.test(fields)) {
    const end = input.indexOf('0\r\n\r\n', head + 4);
    return end === -1 ? -1 : end + 5;
  }
  const length = Number(/content-length: (\d+)/i.exec(fields)?.[1] ?? 0);
  return input.length >= head + 4 + length ? head + 4 + length : -1;
}

export const ok = (body = 'ok', fields = ''): string =>
  `HTTP/1.1 200 OK\r\n${fields}Content-Length: ${body.length}\r\n\r\n${body}`;

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { LlhttpReader, type Message } from './llhttp.ts';

/** A server that notes what it is asked, by the field that says on whose behalf, and answers each request. */
export class Recorder implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #seen = new Map<string, Message[]>();

  private constructor() {
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async start(): Promise<Recorder> {
    const recorder = new Recorder();
    recorder.#server.listen(0, '127.0.0.1');
    await once(recorder.#server, 'listening');
    return recorder;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Hands over what has come on behalf of somebody, in order. */
  take(whom: string): readonly Message[] {
    const seen = this.#seen.get(whom) ?? [];
    this.#seen.delete(whom);
    return seen;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((done) => this.#server.close(done));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket
      .on('error', () => {})
      .on('close', () => {
        this.#sockets.delete(socket);
        reader[Symbol.dispose]();
      });
    const onMessage = (message: Message) => {
      const whom = message.fields.find(([name]) => name.toLowerCase() === 'x-case')?.[1] ?? '';
      this.#seen.set(whom, [...(this.#seen.get(whom) ?? []), message]);
      const body = message.method === 'HEAD' ? '' : 'ok';
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n${body}`);
    };
    const reader = new LlhttpReader({ onMessage });
    socket.on('data', (bytes: Buffer) => {
      reader.read(bytes.toString('latin1'));
      if (reader.refusal !== undefined) socket.destroy();
    });
  }
}

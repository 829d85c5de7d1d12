/** The HTTP/1.1 data path from one end to the other, with wires instead of sockets. */
import { METHODS } from 'node:http';
import type { Client, Exchange } from '../../../src/model/exchange.ts';
import { ClientConnection } from '../../../src/proxy/http1/client-connection.ts';
import { ReadMemory } from '../../../src/proxy/read-memory.ts';
import { Forwarder } from '../../../src/proxy/servers/forwarder.ts';
import type { ServerConnection } from '../../../src/proxy/servers/server-connection.ts';
import { SocketReading } from '../../../src/proxy/socket-reading.ts';
import { ServerPool } from '../../../src/proxy/servers/server-pool.ts';
import { TimerWheel } from '../../../src/proxy/timer-wheel.ts';
import { defaultSettings, plainTransport } from '../rig.ts';
import { Wire } from './wire.ts';

const wheel = new TimerWheel(() => 0);
const address = {
  encrypted: false,
  http2: false,
  host: 'server.test',
  port: 80,
  socketPath: undefined,
  authority: 'server.test',
  path: '',
};
const client: Client = {
  address: '192.0.2.1',
  port: 1,
  entryPoint: 'web',
  tls: undefined,
};

/** A pool whose connections lead to the test. */
class WiredPool extends ServerPool {
  readonly wires: Wire[] = [];
  readonly #slow: boolean;

  constructor(slow: boolean) {
    super({ address, transport: plainTransport, tls: undefined, wheel });
    this.#slow = slow;
  }

  override dial(): ServerConnection {
    const wire = new Wire({ slow: this.#slow });
    const memory = new ReadMemory();
    const connection = this.adopt(wire.asSocket, memory);
    const reading = memory.onread((bytes, end) => connection.receive(bytes, end));
    let target: Uint8Array = Buffer.alloc(0);
    // As a socket does it: into the memory that the connection names, which is then used again.
    wire.on('data', (bytes: Buffer) => {
      for (let at = 0; at < bytes.length && !wire.destroyed; at += target.length) {
        const chosen = reading.buffer as () => Uint8Array | undefined;
        target = chosen() ?? target;
        const part = bytes.subarray(at, at + target.length);
        target.set(part);
        reading.callback(part.length, target);
      }
    });
    this.wires.push(wire);
    return connection;
  }
}

/** A client's connection and the ones to the server behind it. */
export class Play implements Disposable {
  readonly client: Wire;
  readonly exchanges: Exchange[] = [];
  readonly #pool: WiredPool;

  constructor({ slow = false } = {}) {
    this.client = new Wire({ slow });
    this.#pool = new WiredPool(slow);
    const forwarder = new Forwarder({
      url: 'http://server.test',
      address,
      pool: this.#pool,
      passHostHeader: true,
      preservePath: false,
      uplink: undefined,
      release() {},
    });
    const handler = {
      handle: (exchange: Exchange) => {
        // To HTTP any token is a method, llhttp has a list: what is not on it goes no further.
        if (!METHODS.includes(exchange.request.method)) return;
        this.exchanges.push(exchange);
        forwarder.handle(exchange);
      },
    };
    new ClientConnection(SocketReading.of(this.client.asSocket), client, {
      settings: defaultSettings,
      handler,
      wheel,
    });
  }

  /** The connections to the server so far. */
  get servers(): readonly Wire[] {
    return this.#pool.wires;
  }

  get refused(): boolean {
    return this.client.ended || this.client.destroyed;
  }

  [Symbol.dispose](): void {
    this.client.destroy();
    for (const wire of this.servers) wire.destroy();
  }
}

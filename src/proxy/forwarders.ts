import type { ServerRecord, TransportRecord } from '../model/wire.ts';
import { Forwarder } from './servers/forwarder.ts';
import { MultiplexedPool } from './servers/multiplexed-pool.ts';
import type { Pool } from './servers/roles.ts';
import { parseServerUrl } from './servers/server-address.ts';
import { ServerPool, type ServerPoolInit } from './servers/server-pool.ts';
import { ServerTls } from './servers/server-tls.ts';
import type { TimerWheel } from './timer-wheel.ts';

export interface ForwarderRequest {
  readonly server: ServerRecord;
  readonly transport: TransportRecord;
  readonly passHostHeader: boolean;
}

interface SharedPool {
  readonly pool: Pool;
  users: number;
}

/**
 * The pools of a worker, shared by all who forward to the same server in the same way. A pool lives as long
 * as one of them: whatever else changes in the configuration, its connections stay.
 */
export class Forwarders implements Disposable {
  readonly #wheel: TimerWheel;
  readonly #pools = new Map<string, SharedPool>();

  constructor({ wheel }: { wheel: TimerWheel }) {
    this.#wheel = wheel;
  }

  /** Throws an `Error` that says what is wrong with the URL or the transport. */
  acquire({ server, transport, passHostHeader }: ForwarderRequest): Forwarder {
    const address = parseServerUrl(server.url);
    const key = JSON.stringify([
      address.encrypted,
      address.http2,
      address.host,
      address.port,
      address.socketPath,
      transport,
    ]);
    const shared = this.#pools.get(key) ?? this.#createPool(key, { address, transport });
    shared.users++;
    let held = true;
    const release = () => {
      if (held) this.#release(key, shared);
      held = false;
    };
    const { url, preservePath, uplink } = server;
    return new Forwarder({ url, address, pool: shared.pool, passHostHeader, preservePath, uplink, release });
  }

  [Symbol.dispose](): void {
    for (const { pool } of this.#pools.values()) pool.close();
    this.#pools.clear();
  }

  #createPool(
    key: string,
    { address, transport }: Pick<ServerPoolInit, 'address' | 'transport'>,
  ): SharedPool {
    const tls = address.encrypted ? new ServerTls(transport) : undefined;
    const init = { address, transport, tls, wheel: this.#wheel };
    const http1 = new ServerPool(init);
    const multiplexed = address.http2 || (address.encrypted && !transport.disableHTTP2);
    const shared = { pool: multiplexed ? new MultiplexedPool({ ...init, http1 }) : http1, users: 0 };
    this.#pools.set(key, shared);
    return shared;
  }

  #release(key: string, shared: SharedPool): void {
    if (--shared.users > 0) return;
    this.#pools.delete(key);
    shared.pool.close();
  }
}

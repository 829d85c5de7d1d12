import type { ServerRecord, TransportRecord } from '../model/wire.ts';
import { Forwarder } from './servers/forwarder.ts';
import { MultiplexedPool } from './servers/multiplexed-pool.ts';
import type { Pool } from './servers/roles.ts';
import { parseServerUrl, type ServerAddress } from './servers/server-address.ts';
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
  /** Undefined for servers without TLS. */
  readonly tls: ServerTls | undefined;
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
    const key = poolKey(address, transport);
    const shared = this.#pools.get(key) ?? this.#createPool(key, { address, transport });
    shared.tls?.show(transport.certificates);
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
    const shared = { pool: multiplexed ? new MultiplexedPool({ ...init, http1 }) : http1, tls, users: 0 };
    this.#pools.set(key, shared);
    return shared;
  }

  #release(key: string, shared: SharedPool): void {
    if (--shared.users > 0) return;
    this.#pools.delete(key);
    shared.pool.close();
  }
}

/**
 * What makes connections the same. We are who has the key: with a renewed certificate for it, those that are there go
 * on under the former one, for as long as the server likes.
 */
function poolKey(
  { encrypted, http2, host, port, socketPath }: ServerAddress,
  transport: TransportRecord,
): string {
  const keys = transport.certificates.map(({ key }) => key);
  return JSON.stringify([encrypted, http2, host, port, socketPath, { ...transport, certificates: keys }]);
}

import type { OutsideServer, OutsideTls } from '../../middlewares/middleware.ts';
import type { Handler } from '../../model/exchange.ts';
import type { TransportRecord } from '../../model/wire.ts';
import type { Forwarders } from '../../proxy/forwarders.ts';

/** The servers that one middleware asks beside those of services; their connections are pooled like all others. */
export class OutsideServers {
  readonly #forwarders: Forwarders;
  readonly #held: { release(): void }[] = [];

  constructor(forwarders: Forwarders) {
    this.#forwarders = forwarders;
  }

  acquire({ url, tls, timeoutMs }: OutsideServer): Handler {
    const forwarder = this.#forwarders.acquire({
      server: { url, weight: 1, preservePath: false, uplink: undefined },
      transport: { ...transportOf(tls), dialTimeoutMs: timeoutMs, responseHeaderTimeoutMs: timeoutMs },
      passHostHeader: false,
    });
    this.#held.push(forwarder);
    return forwarder;
  }

  release(): void {
    for (const forwarder of this.#held) forwarder.release();
  }
}

function transportOf({ authorities, certificate, key, insecureSkipVerify }: OutsideTls): TransportRecord {
  return {
    serverName: undefined,
    insecureSkipVerify,
    rootCAs: authorities === '' ? [] : [authorities],
    certificates: certificate === '' ? [] : [{ cert: certificate, key }],
    minVersion: undefined,
    maxVersion: undefined,
    cipherSuites: [],
    disableHTTP2: false,
    peerCertURI: undefined,
    maxIdleConnsPerHost: 200,
    dialTimeoutMs: 0,
    responseHeaderTimeoutMs: 0,
    idleConnTimeoutMs: 90_000,
    readIdleTimeoutMs: 0,
    pingTimeoutMs: 15_000,
  };
}

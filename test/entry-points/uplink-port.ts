/** The uplink port of a worker, with all that stands behind it: routing of both planes, a server, the control plane. */
import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CellViews, SharedCells } from '../../src/balancing/shared-cells.ts';
import { EntryPoint } from '../../src/entry-points/entry-point.ts';
import { RefusalLog } from '../../src/entry-points/refusal-log.ts';
import type { EntryPointSettings } from '../../src/entry-points/settings.ts';
import type { Peer, UplinkIdentity } from '../../src/model/peer.ts';
import { Forwarders } from '../../src/proxy/forwarders.ts';
import { TimerWheel } from '../../src/proxy/timer-wheel.ts';
import { WorkerRouting } from '../../src/routing/worker/worker-routing.ts';
import { createPeerListener } from '../../src/surfaces/peers/peer-listener.ts';
import { TlsMaterial } from '../../src/tls/tls-material.ts';
import { WatchedFiles } from '../../src/tls/watched-files.ts';
import { createRouting, entryPoint as declared, snapshot } from '../routing/control-bench.ts';
import type { Issued, Pki } from '../tls/pki.ts';
import { freePort } from '../../examples/demo/ports.ts';
import { type Refusal, settings } from './listening.ts';
import { TicketKeys } from '../../src/tls/ticket-keys.ts';

export interface UplinkPortInit extends Partial<EntryPointSettings> {
  readonly pki: Pki;
  /** Shown where no name of pairing is asked for. */
  readonly shown: Issued;
  readonly identities?: readonly UplinkIdentity[];
  /** The hand-made way stands beside pairing. */
  readonly handMade?: boolean;
}

export interface Asked {
  readonly peer: Peer;
  readonly path: string;
  readonly body: unknown;
}

export class UplinkPort implements AsyncDisposable {
  readonly refusals: Refusal[] = [];
  readonly log: string[] = [];
  /** What peers have asked the control plane. */
  readonly asked: Asked[] = [];
  /** Head fields of requests that came to the control plane. */
  readonly heads: Record<string, unknown>[] = [];
  /** No peer is answered before. */
  held: Promise<void> = Promise.resolve();
  port = 0;
  readonly #stack = new AsyncDisposableStack();
  readonly #finishing = new EventEmitter();
  #identities: readonly UplinkIdentity[];
  #apply: () => Promise<void> = () => Promise.resolve();
  entryPoint!: EntryPoint;
  worker!: WorkerRouting;

  static async open(init: UplinkPortInit): Promise<UplinkPort> {
    const port = new UplinkPort(init);
    await port.#open(init);
    return port;
  }

  private constructor({ identities = [] }: UplinkPortInit) {
    this.#identities = identities;
  }

  /** The next generation. */
  async admit(identities: readonly UplinkIdentity[]): Promise<void> {
    this.#identities = identities;
    await this.#apply();
  }

  /** What was asked for `/soon` ends. */
  finish(): void {
    this.#finishing.emit('finish');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }

  async #open({ pki, shown, handMade = false, ...changed }: UplinkPortInit): Promise<void> {
    const server = await this.#serve(echoServer(this.#finishing));
    const apiSocket = join(pki.folder, `${Math.random()}.sock`);
    await this.#serve(this.#controlPlane(), apiSocket);
    const wheel = this.#stack.use(new TimerWheel());
    const cells = new CellViews();
    this.worker = new WorkerRouting({
      forwarders: this.#stack.use(new Forwarders({ wheel })),
      cells,
      ticketKeys: new TicketKeys([Buffer.alloc(48, 7)]),
      uplinkEntryPoints: new Set(['uplink']),
      hopsMax: 4,
      terminatingStatus: 503,
      wheel,
      place: 0,
      now: () => performance.now(),
      random: Math.random,
    });
    const files = this.#stack.use(new WatchedFiles({ pauseMs: 100 }));
    const material = this.#stack.use(new TlsMaterial({ files, generated: shown }));
    const routing = await createRouting(
      {
        entryPoints: [
          declared('uplink', handMade ? { http: { tls: { options: 'hand@file' } } } : {}, 'uplink'),
        ],
        apiSocket,
        pairing: true,
      },
      new SharedCells({ publish: (segment, memory) => cells.add(segment, memory) }),
      { tls: material, identities: () => this.#identities },
    );
    const configured = snapshot(
      'file',
      dynamic(`http://127.0.0.1:${portOf(server)}`, handMade ? pki : undefined),
    );
    this.#apply = async () => {
      await this.worker.prepare(routing.update([configured]));
      this.worker.commit();
      this.entryPoint?.review();
    };
    await this.#apply();
    material.onChange(() => void this.#apply());
    await this.#listen(changed, wheel);
  }

  async #listen(changed: Partial<EntryPointSettings>, wheel: TimerWheel): Promise<void> {
    this.port = await freePort();
    const log = new RefusalLog({ warn: (text) => void this.log.push(text), debug: () => {} });
    this.entryPoint = new EntryPoint({
      settings: {
        ...settings,
        name: 'uplink',
        kind: 'uplink',
        requireVerified: true,
        ...changed,
        port: this.port,
      },
      wheel,
      served: {
        handler: (name, tls) => this.worker.handler(name, tls),
        streams: (name) => this.worker.streams(name),
        tlsFront: () => this.worker.tls!,
      },
      refuse: (reason, fields) => {
        this.refusals.push({ reason, ...fields });
        log.add(reason, { entryPointName: 'uplink', ...fields });
      },
    });
    await this.entryPoint.listen();
    this.#stack.defer(() => this.entryPoint.stop());
  }

  #controlPlane(): Server {
    const peers = createPeerListener({
      answerPeer: async (peer, { path, body }) => {
        this.asked.push({ peer, path, body });
        await this.held;
        return { answer: path };
      },
      onFault: (error) => {
        throw error;
      },
    });
    return createServer((request, response) => {
      this.heads.push(request.headers);
      if (request.url?.startsWith('/peers/')) peers(request, response);
      else response.end(`api ${request.url}`);
    });
  }

  async #serve(server: Server, path?: string): Promise<Server> {
    server.listen(path ?? { port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    this.#stack.defer(() => {
      server.closeAllConnections();
      server.close();
    });
    return server;
  }
}

/** Says what it saw; `/slow` never ends, `/soon` does by `finishing`, and upgrades become echoes. */
function echoServer(finishing: EventEmitter): Server {
  const server = createServer(({ url, headers }, response) => {
    if (url === '/slow') response.writeHead(200).write('first');
    else if (url === '/soon') {
      response.writeHead(200).write('begun');
      finishing.once('finish', () => response.end('finished'));
    } else response.end(JSON.stringify({ url, headers }));
  });
  return server.on('upgrade', (_request, socket) => {
    socket.on('error', () => {});
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    socket.pipe(socket);
  });
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

const dynamic = (url: string, pki: Pki | undefined) => ({
  http: {
    routers: { shop: { rule: 'PathPrefix(`/`)', service: 'shop', uplinks: ['shop'] } },
    services: { shop: { loadBalancer: { servers: [{ url }] } } },
    uplinks: { shop: {} },
  },
  ...(pki && {
    tls: {
      options: {
        hand: { clientAuth: { caFiles: [pki.ca.certFile], clientAuthType: 'RequireAndVerifyClientCert' } },
      },
    },
  }),
});

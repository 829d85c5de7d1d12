/** TCP routing of one worker over real sockets: an entry point before, servers behind. */
import { once } from 'node:events';
import net from 'node:net';
import { CellViews, SharedCells } from '../../src/balancing/shared-cells.ts';
import { EntryPoint } from '../../src/entry-points/entry-point.ts';
import type { EntryPointSettings } from '../../src/entry-points/settings.ts';
import type { RecordKind, TcpTransportRecord, TlsRecord, WireRecord } from '../../src/model/wire.ts';
import { Forwarders } from '../../src/proxy/forwarders.ts';
import { TimerWheel } from '../../src/proxy/timer-wheel.ts';
import { WorkerRouting } from '../../src/routing/worker/worker-routing.ts';
import { readPair } from '../../src/tls/certificate-pair.ts';
import { builtInOptions } from '../../src/tls/tls-options.ts';
import { freePort } from '../../examples/demo/ports.ts';
import { type Refusal, settings } from '../entry-points/listening.ts';
import type { Issued } from '../tls/pki.ts';
import { TicketKeys } from '../../src/tls/ticket-keys.ts';

export const transport: TcpTransportRecord = {
  dialKeepAliveMs: 0,
  dialTimeoutMs: 60_000,
  terminationDelayMs: 100,
  proxyProtocol: undefined,
  tls: {
    serverName: undefined,
    insecureSkipVerify: false,
    rootCAs: [],
    certificates: [],
    peerCertURI: undefined,
  },
};

type Values<Kind extends RecordKind> = Readonly<
  Record<string, Partial<Extract<WireRecord, { kind: Kind }>['value']>>
>;

export interface StreamRigInit {
  readonly settings?: Partial<EntryPointSettings>;
  readonly tcpRouters?: Values<'tcpRouter'>;
  /** Ports of servers by service, or a whole record. */
  readonly services: Readonly<Record<string, readonly number[] | object>>;
  readonly middlewares?: Values<'tcpMiddleware'>;
  readonly transport?: Partial<TcpTransportRecord>;
  /** HTTP routers, all of which answer 418. */
  readonly routers?: Values<'router'>;
  /** The last one is the default. */
  readonly certificates?: readonly Issued[];
  readonly tlsOptions?: TlsRecord['options'];
}

export class StreamRig implements AsyncDisposable {
  readonly wheel = new TimerWheel();
  readonly views = new CellViews();
  readonly cells = new SharedCells({ publish: (segment, memory) => this.views.add(segment, memory) });
  readonly refusals: Refusal[] = [];
  port = 0;
  readonly #routing = new WorkerRouting({
    forwarders: new Forwarders({ wheel: this.wheel }),
    cells: this.views,
    ticketKeys: new TicketKeys([Buffer.alloc(48, 7)]),
    uplinkEntryPoints: new Set(),
    hopsMax: 4,
    terminatingStatus: 503,
    wheel: this.wheel,
    place: 0,
    now: () => performance.now(),
    random: Math.random,
  });
  #entryPoint: EntryPoint | undefined;

  static async start(init: StreamRigInit): Promise<StreamRig> {
    const rig = new StreamRig();
    await rig.apply(init);
    rig.port = await freePort();
    rig.#entryPoint = new EntryPoint({
      settings: { ...settings, graceMs: 0, ...init.settings, port: rig.port },
      wheel: rig.wheel,
      served: {
        handler: (name, secure) => rig.#routing.handler(name, secure),
        streams: (name) => rig.#routing.streams(name),
        tlsFront: () => rig.#routing.tls!,
      },
      refuse: (reason, fields) => rig.refusals.push({ reason, ...fields }),
    });
    await rig.#entryPoint.listen();
    return rig;
  }

  async apply(init: StreamRigInit): Promise<void> {
    const failures = await this.#routing.prepare({ put: recordsOf(init), remove: [] });
    if (failures.length > 0) throw new Error(failures.map(({ text }) => text).join('; '));
    this.#routing.commit();
  }

  connect(options: Partial<net.TcpNetConnectOpts> = {}): net.Socket {
    return net.connect({ host: '127.0.0.1', port: this.port, allowHalfOpen: true, ...options });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#entryPoint?.stop();
    this.wheel[Symbol.dispose]();
  }
}

/** Servers that end with the test. */
export class Servers implements AsyncDisposable {
  readonly #servers: { readonly server: net.Server; readonly sockets: Set<net.Socket> }[] = [];

  async open(onConnection: (socket: net.Socket) => void, create = plain): Promise<number> {
    const sockets = new Set<net.Socket>();
    const server = create((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
      onConnection(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.#servers.push({ server, sockets });
    return (server.address() as net.AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { server, sockets } of this.#servers) {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    }
  }
}

const plain = (onConnection: (socket: net.Socket) => void): net.Server =>
  net.createServer({ allowHalfOpen: true }, onConnection);

/** All that comes until the other side has finished. */
export async function rest(socket: net.Socket): Promise<string> {
  return Buffer.concat(await socket.toArray().catch(() => [])).toString('latin1');
}

/** The next piece that comes. */
export async function piece(socket: net.Socket): Promise<string> {
  const [chunk] = await once(socket, 'data');
  return String(chunk);
}

function recordsOf(init: StreamRigInit): WireRecord[] {
  let hash = 0;
  const record = (kind: RecordKind, name: string, value: unknown): WireRecord =>
    ({ kind, name, hash: `${++hash}`, value }) as unknown as WireRecord;
  const rows = <T>(of: Readonly<Record<string, T>> = {}) => Object.entries(of);
  const router = { entryPoint: 'web', ruleSyntax: 'v3', precedence: 0, middlewares: [] };
  const http = { tls: true, tlsOptions: 'default', deniedEscapes: [], uplinks: [], service: 'teapot' };
  return [
    record('tcpServersTransport', 'default', { ...transport, ...init.transport }),
    record('service', 'teapot', { type: 'internal', value: { answer: 'noop' }, middlewares: [] }),
    ...rows(init.services).map(([name, said]) => record('tcpService', name, serviceOf(said))),
    ...rows(init.middlewares).map(([name, said]) => record('tcpMiddleware', name, said)),
    ...rows(init.tcpRouters).map(([name, said]) => {
      const priority = said.rule === 'HostSNI(`*`)' ? -1n : BigInt(said.rule?.length ?? 0);
      return record('tcpRouter', name, { router: name, ...router, priority, tls: undefined, ...said });
    }),
    ...rows(init.routers).map(([name, said]) =>
      record('router', name, { router: name, ...router, ...http, priority: 1n, ...said }),
    ),
    ...tlsRecords(init, record),
  ];
}

function serviceOf(said: readonly number[] | object): object {
  if (!Array.isArray(said)) return said;
  const servers = said.map((port) => ({ address: `127.0.0.1:${port}`, tls: false }));
  return { type: 'loadBalancer', value: { servers, transport: 'default' } };
}

function tlsRecords(
  { certificates = [], tlsOptions }: StreamRigInit,
  record: (kind: RecordKind, name: string, value: unknown) => WireRecord,
): WireRecord[] {
  const read = certificates.map((pair) => readPair(pair).certificate);
  if (read.length === 0) return [];
  const tls = {
    certificates: read.map(({ name }) => name),
    defaultCertificate: read.at(-1)?.name,
    options: { default: builtInOptions, ...tlsOptions },
    hosts: {},
    fallback: {},
    refused: {},
  };
  return [...read.map((each) => record('certificate', each.name, each)), record('tls', 'tls', tls)];
}

import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { hostname } from 'node:os';
import type { Handler } from '../model/exchange.ts';
import type { StreamRoutes } from '../model/stream.ts';
import { type Http1Connection, type HttpContext, serveHttp1 } from '../proxy/http1/serve-http1.ts';
import { type Http2Connection, serveHttp2 } from '../proxy/http2/serve-http2.ts';
import type { TimerWheel } from '../proxy/timer-wheel.ts';
import { anyRangeContains, parseAddressRange } from '../support/address-range.ts';
import type { TlsFront } from '../tls/tls-front.ts';
import { PeerConnections } from './peer-connections.ts';
import { explainListenError, portsCanBeShared } from './port-claim.ts';
import { type HttpHandover, Reception, type ReceptionHost, type StreamHandover } from './reception.ts';
import type { EntryPointSettings } from './settings.ts';
import { SlowRefusals } from './slow-refusals.ts';

/** What an entry point serves; answers for the generation that counts at the moment it is asked. */
export interface Served {
  handler(entryPoint: string, tls: boolean): Handler;
  streams(entryPoint: string): StreamRoutes;
  tlsFront(): TlsFront;
}

export interface EntryPointInit {
  readonly settings: EntryPointSettings;
  readonly served: Served;
  readonly wheel: TimerWheel;
  readonly refuse: ReceptionHost['refuse'];
}

/**
 * On an uplink entry point: so many may be there who have not shown yet who they are. One more takes the place of
 * the oldest, so that strangers cannot keep parents out.
 */
const strangersMax = 1024;
/** Traefik's; finds peers that vanished without a word. */
const keepAliveMs = 180_000;

/** A listening port of one worker, with the connections it has accepted. */
export class EntryPoint implements ReceptionHost {
  readonly settings: EntryPointSettings;
  readonly refuse: ReceptionHost['refuse'];
  readonly wheel: TimerWheel;
  readonly streams: StreamRoutes;
  readonly #served: Served;
  readonly #server: Server;
  readonly #plain: HttpContext;
  readonly #secure: HttpContext;
  readonly #trustsProxyHeader: (address: string) => boolean;
  readonly #receptions = new Set<Reception>();
  readonly #connections = new Set<Http1Connection | Http2Connection>();
  readonly #peers = new PeerConnections();
  readonly #slow: SlowRefusals;
  /** Those of TCP routers, which end when client or server say so. */
  readonly #streaming = new Set<Socket>();

  constructor({ settings, served, wheel, refuse }: EntryPointInit) {
    this.settings = settings;
    this.refuse = refuse;
    this.wheel = wheel;
    this.#served = served;
    this.#slow = new SlowRefusals(wheel);
    this.streams = served.streams(settings.name);
    this.#trustsProxyHeader = trust(settings.proxyProtocol);
    const httpSettings = httpSettingsOf(settings);
    const context = (tls: boolean): HttpContext => ({
      settings: httpSettings,
      handler: served.handler(settings.name, tls),
      wheel,
    });
    this.#plain = context(false);
    this.#secure = context(true);
    this.#server = createServer(
      { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs },
      (socket) => this.#receive(socket),
    );
  }

  get tlsFront(): TlsFront {
    return this.#served.tlsFront();
  }

  trustsProxyHeader(address: string): boolean {
    return this.#trustsProxyHeader(address);
  }

  async listen(): Promise<void> {
    const { host, port } = this.settings;
    try {
      this.#server.listen({ host, port, reusePort: portsCanBeShared });
      await once(this.#server, 'listening');
    } catch (error) {
      throw new Error(explainListenError(this.settings, error as NodeJS.ErrnoException));
    }
  }

  /** Accepts for a while, lets running requests finish, then ends what is left. */
  async stop(): Promise<void> {
    if (this.settings.acceptGraceMs > 0) await elapse(this.settings.acceptGraceMs);
    const closed = new Promise<void>((done) => this.#server.close(() => done()));
    for (const reception of this.#receptions) reception.destroy();
    for (const connection of this.#connections) connection.drain();
    await Promise.race([closed, elapse(this.settings.graceMs)]);
    for (const connection of [...this.#connections, ...this.#streaming]) connection.destroy();
    await closed;
  }

  /** What counts has changed: whoever is no longer welcome is cut off. */
  review(): void {
    this.#peers.review(this.tlsFront);
  }

  slowDown(reception: Reception): boolean {
    return this.#slow.hold(reception);
  }

  #receive(socket: Socket): void {
    if (this.settings.kind === 'uplink' && this.#receptions.size >= strangersMax) this.#displaceOldest();
    const reception = new Reception(socket, this);
    this.#receptions.add(reception);
    reception.begin();
  }

  #displaceOldest(): void {
    const [oldest] = this.#receptions;
    if (oldest === undefined) return;
    this.leave(oldest);
    oldest.displace();
  }

  leave(reception: Reception): void {
    this.#receptions.delete(reception);
    this.#slow.left(reception);
  }

  serve({ socket, client, http2 }: HttpHandover): void {
    const context = client.tls === undefined ? this.#plain : this.#secure;
    const connection = (http2 ? serveHttp2 : serveHttp1)(socket, client, context);
    if (connection.closed) return;
    this.#connections.add(connection);
    if (client.tls?.peer !== undefined) this.#peers.add(connection, client.tls);
    socket.once('close', () => {
      this.#connections.delete(connection);
      this.#peers.delete(connection);
    });
  }

  forward({ handler, socket, client, startTls }: StreamHandover): void {
    this.#streaming.add(socket);
    socket.once('close', () => this.#streaming.delete(socket));
    const turnAway = (reason: string, text: string): void => {
      socket.destroy();
      this.refuse(reason, { client: client.address, text });
    };
    handler.handle({ socket, client, startTls, turnAway });
  }
}

const elapse = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms).unref());

function trust(option: EntryPointSettings['proxyProtocol']): (address: string) => boolean {
  if (option === undefined) return () => false;
  return option.insecure ? () => true : within(option.trustedIPs);
}

function within(written: readonly string[]): (address: string) => boolean {
  const ranges = written.flatMap((text) => parseAddressRange(text) ?? []);
  return (address) => anyRangeContains(ranges, address);
}

function httpSettingsOf(settings: EntryPointSettings): HttpContext['settings'] {
  const { trustedIPs, ...forwarded } = settings.forwarded;
  return {
    ...settings.http,
    uplink: settings.kind === 'uplink',
    hostName: hostname(),
    forwarded: { ...forwarded, trusts: within(trustedIPs) },
    readTimeoutMs: settings.readTimeoutMs,
    writeTimeoutMs: settings.writeTimeoutMs,
    idleTimeoutMs: settings.idleTimeoutMs,
    keepAliveMaxRequests: settings.keepAliveMaxRequests,
    keepAliveMaxTimeMs: settings.keepAliveMaxTimeMs,
    http2: settings.http2,
  };
}

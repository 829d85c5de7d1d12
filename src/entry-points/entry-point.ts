import type { Socket } from 'node:net';
import { hostname } from 'node:os';
import type { Handler } from '../model/exchange.ts';
import type { ClientStream, StreamRoutes } from '../model/stream.ts';
import { type Http1Connection, type HttpContext, serveHttp1 } from '../proxy/http1/serve-http1.ts';
import { type Http2Connection, serveHttp2 } from '../proxy/http2/serve-http2.ts';
import type { SocketReading } from '../proxy/socket-reading.ts';
import type { TimerWheel } from '../proxy/timer-wheel.ts';
import { Crowd, type Seat } from '../support/crowd.ts';
import { anyRangeContains, parseAddressRange } from '../support/address-range.ts';
import type { TlsFront } from '../tls/tls-front.ts';
import { PeerConnections } from './peer-connections.ts';
import { Listener } from './listener.ts';
import { explainListenError } from './port-claim.ts';
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
  /** What came was no acceptable request. */
  readonly refuseRequest?: HttpContext['onRefused'];
  /** Hears how many connections are open, whenever that may be another number. */
  readonly onOpen?: ((connections: number) => void) | undefined;
}

/**
 * On an uplink entry point: so many may be there who have not shown yet who they are. One more takes the place of
 * the oldest, so that strangers cannot keep parents out; each may cost as much as 100 kB.
 */
const strangersMax = 256;
/** A listening port of one worker, with the connections it has accepted. */
export class EntryPoint implements ReceptionHost {
  readonly settings: EntryPointSettings;
  readonly refuse: ReceptionHost['refuse'];
  readonly wheel: TimerWheel;
  readonly streams: StreamRoutes;
  readonly #served: Served;
  readonly #onOpen: EntryPointInit['onOpen'];
  readonly #listener: Listener;
  readonly #plain: HttpContext;
  readonly #secure: HttpContext;
  readonly #trustsProxyHeader: (address: string) => boolean;
  readonly #receptions = new Crowd<Reception>();
  readonly #connections = new Crowd<Http1Connection | Http2Connection>();
  readonly #peers: PeerConnections;
  readonly #slow: SlowRefusals;
  /** Those of TCP routers, which end when client or server say so. */
  readonly #streaming = new Crowd<Socket>();
  /** Once it is being stopped: called when the last connection has gone. */
  #emptied: (() => void) | undefined;

  constructor({ settings, served, wheel, refuse, refuseRequest, onOpen }: EntryPointInit) {
    this.settings = settings;
    this.refuse = refuse;
    this.#onOpen = onOpen;
    this.wheel = wheel;
    this.#served = served;
    this.#slow = new SlowRefusals(wheel);
    this.#peers = new PeerConnections(settings);
    this.streams = served.streams(settings.name);
    this.#trustsProxyHeader = trust(settings.proxyProtocol);
    const httpSettings = httpSettingsOf(settings);
    const context = (tls: boolean): HttpContext => ({
      settings: httpSettings,
      handler: served.handler(settings.name, tls),
      wheel,
      onRefused: refuseRequest,
    });
    this.#plain = context(false);
    this.#secure = context(true);
    this.#listener = new Listener((reading) => this.#receive(reading));
  }

  get tlsFront(): TlsFront {
    return this.#served.tlsFront();
  }

  trustsProxyHeader(address: string): boolean {
    return this.#trustsProxyHeader(address);
  }

  async listen(): Promise<void> {
    try {
      await this.#listener.listen(this.settings);
    } catch (error) {
      throw new Error(explainListenError(this.settings, error as NodeJS.ErrnoException));
    }
  }

  /** Accepts for a while, lets running requests finish, then ends what is left. */
  async stop(): Promise<void> {
    if (this.settings.acceptGraceMs > 0) await elapse(this.settings.acceptGraceMs);
    this.#listener.close();
    const { promise: empty, resolve } = Promise.withResolvers<void>();
    this.#emptied = resolve;
    for (const reception of this.#receptions) reception.destroy();
    for (const connection of this.#connections) connection.drain();
    this.#changed();
    await Promise.race([empty, elapse(this.settings.graceMs)]);
    for (const connection of [...this.#connections, ...this.#streaming]) connection.destroy();
    await empty;
  }

  /** A connection has come, gone, or become another kind. */
  #changed(): void {
    const open = this.#receptions.size + this.#connections.size + this.#streaming.size;
    this.#onOpen?.(open);
    if (open === 0) this.#emptied?.();
  }

  /** What counts has changed: whoever is no longer welcome is cut off. */
  review(): void {
    this.#peers.review(this.tlsFront);
  }

  slowDown(reception: Reception): boolean {
    return this.#slow.hold(reception);
  }

  #receive(reading: SocketReading): void {
    if (this.settings.kind === 'uplink' && this.#receptions.size >= strangersMax) this.#displaceOldest();
    const reception = new Reception(reading, this);
    const seat = this.#receptions.add(reception);
    this.#changed();
    reception.begin(seat);
  }

  #displaceOldest(): void {
    const [first, ...others] = this.#receptions;
    if (first === undefined) return;
    others.reduce((oldest, one) => (one.bornAt < oldest.bornAt ? one : oldest), first).displace();
  }

  leave(reception: Reception, seat: Seat<Reception>): void {
    this.#receptions.remove(seat);
    this.#slow.left(reception);
    this.#changed();
  }

  serve({ reading, client, http2 }: HttpHandover): void {
    const context = client.tls === undefined ? this.#plain : this.#secure;
    const connection = (http2 ? serveHttp2 : serveHttp1)(reading, client, context);
    if (connection.closed) return;
    const seat = this.#connections.add(connection);
    this.#changed();
    if (client.tls !== undefined) this.#peers.add(connection, client.tls);
    reading.socket.on('close', () => {
      this.#connections.remove(seat);
      this.#peers.delete(connection);
      this.#changed();
    });
  }

  forward({ handler, reading, client, addresses, startTls }: StreamHandover): void {
    const { socket } = reading;
    const seat = this.#streaming.add(socket);
    this.#changed();
    socket.on('close', () => {
      this.#streaming.remove(seat);
      this.#changed();
    });
    const turnAway: ClientStream['turnAway'] = (reason, text): void => {
      socket.destroy();
      this.refuse(reason, { client: client.address, text });
    };
    handler.handle({ reading, client, addresses, startTls, turnAway });
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

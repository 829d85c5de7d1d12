import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Client, ClientTls } from '../model/exchange.ts';
import type { Reading, Receive } from '../model/reading.ts';
import type { RefusalReason } from '../model/refusal-reasons.ts';
import type {
  Addresses,
  ClientStream,
  Greeting,
  StreamHandler,
  StreamRoute,
  StreamRoutes,
} from '../model/stream.ts';
import { looksLikePreface } from '../proxy/http2/frame.ts';
import { SocketReading } from '../proxy/socket-reading.ts';
import { looksLikeSslRequest, sslRequest, sslYes } from '../proxy/tcp/start-tls.ts';
import type { Timed, TimerWheel } from '../proxy/timer-wheel.ts';
import type { Seat } from '../support/crowd.ts';
import { type ClientHello, ClientHelloReader, tlsFirstByte } from '../tls/client-hello.ts';
import type { TlsFront } from '../tls/tls-front.ts';
import { Handshake } from './handshake.ts';
import type { Told } from './refusal-log.ts';
import { readProxyHeader } from './proxy-protocol.ts';
import type { EntryPointSettings } from './settings.ts';
import { SocketAddresses } from './socket-addresses.ts';

/** What a reception asks of its entry point. */
export interface ReceptionHost {
  readonly settings: EntryPointSettings;
  readonly wheel: TimerWheel;
  /** Of the generation that is served now. */
  readonly tlsFront: TlsFront;
  /** The TCP routes, of the generation that is served now. */
  readonly streams: StreamRoutes;
  trustsProxyHeader(address: string): boolean;
  /** It has become a connection of its own, or it has gone. */
  leave(reception: Reception, seat: Seat<Reception>): void;
  /** The connection is known and goes on as HTTP. */
  serve(connection: HttpHandover): void;
  /** The connection goes on as bytes. */
  forward(stream: StreamHandover): void;
  /** It is closed after a while; false when it must be closed at once. */
  slowDown(reception: Reception): boolean;
  /** A client was turned away. Without a text it is no news to anybody, and only counted. */
  refuse(reason: RefusalReason, told: Told & { readonly client: string }): void;
}

export interface HttpHandover {
  readonly reading: Reading;
  readonly client: Client;
  /** The client has chosen HTTP/2, by ALPN or by beginning so. */
  readonly http2: boolean;
}

export interface StreamHandover extends Omit<ClientStream, 'turnAway'> {
  readonly handler: StreamHandler;
}

/** A connection from its acceptance until it is known who it is and what it speaks. */
export class Reception implements Timed {
  deadline = 0;
  slot = 0;
  place = 0;
  readonly bornAt = performance.now();
  readonly #reading: SocketReading;
  readonly #socket: Socket;
  readonly #host: ReceptionHost;
  #hello: ClientHelloReader | undefined;
  #held = nothing;
  #proxyHeaderAwaited: boolean;
  #addresses: Addresses;
  /** A PostgreSQL client asked for TLS and was told to begin. */
  #startTls = false;
  #seat: Seat<Reception> | undefined;

  constructor(reading: SocketReading, host: ReceptionHost) {
    const { socket } = reading;
    this.#reading = reading;
    this.#socket = socket;
    this.#host = host;
    this.#proxyHeaderAwaited = host.settings.proxyProtocol !== undefined;
    this.#addresses = new SocketAddresses(socket);
    host.wheel.arm(this, host.settings.readTimeoutMs);
    socket.on('error', ignore);
    socket.on('end', this.#giveUp);
    socket.on('close', this.#release);
  }

  /** Once the host knows of it: it may leave at once. */
  begin(seat: Seat<Reception>): void {
    this.#seat = seat;
    if (!this.#proxyHeaderAwaited && this.#forwardUnread()) return;
    this.#reading.take(this.#onBytes);
  }

  onDeadline(): void {
    this.#socket.destroy();
  }

  /** The program stops: nothing has been asked yet, so nothing is lost. */
  destroy(): void {
    this.#socket.destroy();
  }

  /** Others wait, and it has not said who it is. */
  displace(): void {
    this.#turnAway('too-many-strangers', 'others have come while it did not say who it is');
    this.#release();
  }

  readonly #giveUp = (): void => {
    this.#socket.destroy();
  };

  readonly #release = (): void => {
    this.#host.wheel.remove(this);
    if (this.#seat !== undefined) this.#host.leave(this, this.#seat);
  };

  /** Heads and greetings are short: a copy costs less than minding who still needs the memory. */
  readonly #onBytes: Receive = (bytes, end) => {
    const chunk = Buffer.from(bytes.subarray(0, end));
    if (!this.#proxyHeaderAwaited) this.#recognize(chunk);
    else {
      const rest = this.#takeProxyHeader(chunk);
      if (rest === undefined) return;
      this.#held = rest;
      if (this.#forwardUnread()) return;
      this.#held = nothing;
      if (rest.length > 0) this.#recognize(rest);
    }
  };

  /** What follows the header, or undefined while it is not complete. */
  #takeProxyHeader(chunk: Buffer): Buffer | undefined {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const header = readProxyHeader(bytes);
    if (header === 'incomplete') {
      this.#held = bytes;
      return undefined;
    }
    if (header === 'malformed') {
      this.#turnAway('malformed-proxy-header', 'its PROXY protocol header cannot be read');
      return undefined;
    }
    this.#proxyHeaderAwaited = false;
    this.#held = nothing;
    if (header === 'absent') return bytes;
    if (header.addresses !== undefined && this.#host.trustsProxyHeader(this.#addresses.source))
      this.#addresses = header.addresses;
    return bytes.subarray(header.bytes);
  }

  /** Some servers are the first to speak: where only they are served, nothing is waited for. */
  #forwardUnread(): boolean {
    const { streams } = this.#host;
    const route = streams.immediate ? streams.plain(this.#greeting()) : undefined;
    if (route !== undefined) this.#forward(route.handler);
    return route !== undefined;
  }

  /** TLS, plain TCP and plain HTTP share every port: the first bytes tell them apart. */
  #recognize(chunk: Buffer): void {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    if (this.#held[0] !== tlsFirstByte) return this.#recognizePlain();
    this.#hello ??= new ClientHelloReader();
    const hello = this.#hello.push(chunk);
    if (hello === 'malformed') return this.#alert(alerts.decodeError);
    if (hello !== 'incomplete') this.#greet(hello);
  }

  #recognizePlain(): void {
    const { streams } = this.#host;
    if (this.#startTls) return this.#giveUp();
    const request = streams.secured ? looksLikeSslRequest(this.#held) : 'no';
    if (request === 'incomplete') return;
    if (request === 'yes') return this.#beginTls();
    const route = streams.plain(this.#greeting());
    if (route !== undefined) return this.#forward(route.handler);
    const http2 = looksLikePreface(this.#held);
    if (http2 !== 'incomplete') this.#servePlain(http2 === 'yes');
  }

  /** PostgreSQL: what follows is TLS as elsewhere, but never HTTPS. */
  #beginTls(): void {
    const rest = this.#held.subarray(sslRequest.length);
    this.#held = nothing;
    this.#startTls = true;
    this.#socket.write(Buffer.of(sslYes));
    if (rest.length > 0) this.#recognize(rest);
  }

  #servePlain(http2: boolean): void {
    if (this.#host.settings.requireVerified)
      return this.#turnAway('no-certificate', 'it speaks plain HTTP to an uplink entry point');
    this.#handOver();
    this.#host.serve({ reading: this.#reading, client: this.#client(undefined), http2 });
  }

  #greet(hello: ClientHello): void {
    const { streams } = this.#host;
    const greeting = this.#greeting(hello);
    const route = this.#startTls ? streams.startTls(greeting) : streams.secure(greeting);
    if (route === undefined && this.#startTls) return this.#giveUp();
    if (route !== undefined && route.tlsOptions === undefined) return this.#forward(route.handler);
    this.#handshake(hello, route);
  }

  #handshake(hello: ClientHello, route: StreamRoute | undefined): void {
    const { settings, tlsFront } = this.#host;
    const decision = tlsFront.decide({
      entryPoint: settings.name,
      hello,
      localAddress: this.#addresses.destination,
      tcpOptions: route?.tlsOptions,
    });
    if (decision.kind !== 'accept')
      this.#tell(decision.kind, { text: noAnswer(decision.kind, hello.serverName), quiet: true });
    if (decision.kind === 'refused') return this.#giveUp();
    if (decision.kind === 'unrecognized-name') return this.#alert(alerts.unrecognizedName);
    this.#handBack();
    new Handshake({
      settings,
      hello,
      decision,
      admission: (optionsName) => this.#host.tlsFront.admission(optionsName),
      onAdmitted: (secure, tls) => this.#welcome(secure, { tls, route }),
      slowDown: () => this.#host.slowDown(this),
      onRefused: (reason, told) => this.#tell(reason, told),
    }).begin(this.#socket);
  }

  #welcome(secure: TLSSocket, { tls, route }: { tls: ClientTls; route: StreamRoute | undefined }): void {
    this.#finish();
    const client = this.#client(tls);
    if (route === undefined) {
      const http2 = secure.alpnProtocol === 'h2';
      return this.#host.serve({ reading: SocketReading.ofSecure(secure), client, http2 });
    }
    secure.pause();
    const reading = SocketReading.of(secure);
    const addresses = this.#addresses;
    this.#host.forward({ handler: route.handler, reading, client, addresses, startTls: false });
  }

  /** The bytes go on as they came. */
  #forward(handler: StreamHandler): void {
    this.#socket.pause();
    this.#handOver();
    this.#host.forward({
      handler,
      reading: this.#reading,
      client: this.#client(undefined),
      addresses: this.#addresses,
      startTls: this.#startTls,
    });
  }

  #greeting(hello?: ClientHello): Greeting {
    return {
      serverName: hello?.serverName,
      alpn: hello?.protocols ?? [],
      clientAddress: this.#addresses.source,
    };
  }

  #client(tls: ClientTls | undefined): Client {
    return {
      address: this.#addresses.source,
      port: this.#addresses.sourcePort,
      entryPoint: this.#host.settings.name,
      tls,
    };
  }

  #turnAway(reason: RefusalReason, text: string): void {
    this.#socket.destroy();
    this.#tell(reason, { text });
  }

  #tell(reason: RefusalReason, told: Told): void {
    this.#host.refuse(reason, { client: this.#addresses.source, ...told });
  }

  /** A fatal alert in a record of its own; RFC 8446 6.2. */
  #alert(description: number): void {
    this.#reading.take(drop);
    this.#socket.end(Buffer.from([21, 3, 3, 0, 2, 2, description]));
  }

  /** TLS reads the socket itself, from its first byte on. */
  #handBack(): void {
    this.#socket.off('end', this.#giveUp);
    this.#socket.pause();
    this.#socket.unshift(this.#held);
    this.#held = nothing;
    // The socket lives as long as TLS does, and must not keep alive what it no longer needs.
    this.#reading.take(drop);
  }

  /** Whoever takes the connection over reads it from its first byte on. */
  #handOver(): void {
    this.#socket.off('end', this.#giveUp);
    if (this.#held.length > 0) this.#reading.putBack(this.#held);
    this.#finish();
  }

  #finish(): void {
    this.#release();
    this.#socket.off('close', this.#release);
    this.#socket.off('error', ignore);
  }
}

function noAnswer(kind: 'refused' | 'unrecognized-name', serverName = ''): string {
  const name = serverName === '' ? 'it named no server' : `it asked for ${serverName}`;
  return kind === 'refused'
    ? `${name}, whose TLS options do not exist`
    : `${name}, for which there is no certificate, and the TLS options say sniStrict`;
}

const nothing: Buffer = Buffer.alloc(0);

const alerts = { decodeError: 50, unrecognizedName: 112 };

function drop(): void {
  // It has been answered for good.
}

function ignore(): void {
  // A client that goes away before it has asked for anything is no news.
}

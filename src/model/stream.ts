/** Connections that are passed on as bytes, whatever they mean: what TCP routers see of them. */
import type { Client } from './exchange.ts';
import type { Reading } from './reading.ts';
import type { RefusalReason } from './refusal-reasons.ts';

/** What a TCP rule looks at. */
export interface Greeting {
  /** SNI in lower case; undefined without TLS or without SNI. */
  readonly serverName: string | undefined;
  /** The protocols that the client offers. */
  readonly alpn: readonly string[];
  readonly clientAddress: string;
}

/** Both ends of a connection: where it comes from, and where it has come to. */
export interface Addresses {
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
}

export interface ClientStream {
  /** Its socket is paused; the first byte it yields is the first that the server is to see. */
  readonly reading: Reading;
  readonly client: Client;
  readonly addresses: Addresses;
  /** A PostgreSQL client that was told to go on in TLS: the server it speaks TLS with is asked for it, too. */
  readonly startTls: boolean;
  /** Ends the connection; counts why, and says it where there is a text. */
  turnAway(reason: RefusalReason, text?: string): void;
}

/** Takes a stream over, for good. */
export interface StreamHandler {
  handle(stream: ClientStream): void;
}

/** A TCP middleware. */
export type StreamLayer = (next: StreamHandler) => StreamHandler;

export interface StreamRoute {
  readonly handler: StreamHandler;
  /** Qualified name of the TLS options with which TLS ends here; undefined: the bytes go on as they come. */
  readonly tlsOptions: string | undefined;
}

/** The TCP routes of one entry point, as of the generation that counts at the moment it is asked. */
export interface StreamRoutes {
  /** Nothing has to be read to tell connections apart, so that a server may be the first to speak. */
  readonly immediate: boolean;
  /** There are routes for TLS. */
  readonly secured: boolean;
  /** For connections without TLS. */
  plain(greeting: Greeting): StreamRoute | undefined;
  /** For TLS; undefined when the connection is HTTPS. */
  secure(greeting: Greeting): StreamRoute | undefined;
  /** For TLS that was asked for by another protocol than HTTPS. */
  startTls(greeting: Greeting): StreamRoute | undefined;
}

/** Where the datagrams of one entry point go. */
export interface DatagramServer {
  readonly host: string;
  readonly port: number;
}

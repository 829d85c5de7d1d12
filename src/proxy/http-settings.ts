/** How an entry point treats its HTTP connections (`spec` of the options: `entry-points/options.ts`). */
export interface HttpSettings {
  readonly maxHeaderBytes: number;
  readonly underscores: 'keep' | 'delete' | 'reject';
  readonly sanitizePath: boolean;
  readonly encodeQuerySemicolons: boolean;
  /** The requests of parents come in here: the uplink header is believed. */
  readonly uplink: boolean;
  /** Value of X-Forwarded-Server. */
  readonly hostName: string;
  readonly forwarded: ForwardedSettings;
  /** For the whole request with its body; 0 means none, here and below. */
  readonly readTimeoutMs: number;
  /** From the end of the request's head to the end of the response. */
  readonly writeTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly keepAliveMaxRequests: number;
  readonly keepAliveMaxTimeMs: number;
  readonly http2: Http2Settings;
}

export interface Http2Settings {
  /** Requests at once on one connection. */
  readonly concurrentStreamsMax: number;
  /** Of HPACK: what the client may have us remember, and what we have it remember. */
  readonly decoderTableBytes: number;
  readonly encoderTableBytes: number;
}

export interface ForwardedSettings {
  /** Believe every client's X-Forwarded-*. */
  readonly insecure: boolean;
  trusts(address: string): boolean;
  /** Lower-case names that `Connection` cannot hide from middlewares. */
  readonly connection: readonly string[];
  /** Append the client's address to X-Forwarded-For. */
  readonly append: boolean;
  readonly schemeHeaders: boolean;
}

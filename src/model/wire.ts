/**
 * The one wire between the two planes: plain data from the control plane to each worker, acknowledgements back.
 *
 * A worker builds handlers from records in `prepare`, answers `prepared`, and switches at `commit`. All workers
 * commit a generation or none does. A record is identified by kind and name; the same hash means the same content.
 */

/** A range of 32-bit words in shared memory (see `balancing/shared-cells.ts`). */
export interface CellRef {
  readonly segment: number;
  readonly offset: number;
  readonly words: number;
}

/** What is counted: a name, and what tells it from others of that name. */
export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** It tells what is now, so that it ends with the thread that counted it. */
  readonly isGauge?: boolean;
}

/**
 * Memory into which one thread counts and another reads (see `observability/metrics`): rows of `width` 64-bit numbers.
 */
export interface CountingPage {
  readonly id: number;
  readonly series: Series;
  readonly width: number;
  readonly memory: SharedArrayBuffer;
}

interface RecordValues {
  readonly router: RouterRecord;
  readonly service: ServiceRecord;
  readonly middleware: MiddlewareRecord;
  readonly serversTransport: TransportRecord;
  readonly tcpRouter: TcpRouterRecord;
  readonly tcpService: TcpServiceRecord;
  readonly tcpMiddleware: TcpMiddlewareRecord;
  readonly tcpServersTransport: TcpTransportRecord;
  readonly udpRouter: UdpRouterRecord;
  readonly udpService: UdpServiceRecord;
  readonly certificate: CertificateRecord;
  /** There is one, of the same name. */
  readonly tls: TlsRecord;
}

export type WireRecord = {
  readonly [Kind in keyof RecordValues]: {
    readonly kind: Kind;
    readonly name: string;
    readonly hash: string;
    readonly value: RecordValues[Kind];
  };
}[keyof RecordValues];

export type RecordKind = WireRecord['kind'];

/** A router as installed on one entry point, either for TLS or for plain connections. */
export interface RouterRecord {
  /** Qualified name as it stands in logs and metrics. */
  readonly router: string;
  readonly entryPoint: string;
  readonly tls: boolean;
  /** Name of the TLS options its connections must have been accepted with; 421 otherwise. */
  readonly tlsOptions: string | undefined;
  readonly rule: string;
  readonly ruleSyntax: 'v2' | 'v3';
  readonly priority: bigint;
  /** Lower goes first among equal priorities. */
  readonly precedence: number;
  /** Qualified names, outermost first. */
  readonly middlewares: readonly string[];
  /** Qualified name. */
  readonly service: string;
  /** Escapes that are answered 400, upper-case: `%2F`. */
  readonly deniedEscapes: readonly string[];
  /** Value of `X-Traefik-Router` that means a loop: only routers with a rule from the default template. */
  readonly recursionGuard: string | undefined;
  /** Whether its requests are counted, where requests are. */
  readonly metrics: boolean;
  /** Uplinks this router serves, as seen from outside; only on uplink entry points. */
  readonly uplinks: readonly string[];
}

export type ServiceRecord =
  | {
      readonly type: 'loadBalancer';
      readonly value: LoadBalancerRecord;
      readonly middlewares: readonly string[];
    }
  | { readonly type: 'weighted'; readonly value: WeightedRecord; readonly middlewares: readonly string[] }
  | { readonly type: 'internal'; readonly value: InternalRecord; readonly middlewares: readonly string[] };

export interface LoadBalancerRecord {
  readonly servers: readonly ServerRecord[];
  readonly passHostHeader: boolean;
  /** Qualified name of a `serversTransport` record. */
  readonly transport: string;
  /** State of the balancer, shared by all workers; absent with fewer than two servers. */
  readonly cell: CellRef | undefined;
  /** Which servers are known to be down; undefined where nobody checks. */
  readonly health?: CellRef | undefined;
  /** What is known of servers by what they answer to clients; undefined where nobody asks for it. */
  readonly passiveHealth?: PassiveHealthRecord | undefined;
}

export interface PassiveHealthRecord {
  readonly maxFailedAttempts: number;
  readonly failureWindowMs: number;
  readonly cell: CellRef;
}

export interface ServerRecord {
  /** `http://host:port`, `https://…`, `h2c://…` or `unix:/path` for the control plane. */
  readonly url: string;
  readonly weight: number;
  readonly preservePath: boolean;
  /** Sent as the private header when this server is the uplink port of a child. */
  readonly uplink: string | undefined;
}

export interface WeightedRecord {
  readonly services: readonly WeightedPart[];
  readonly cell: CellRef | undefined;
}

export interface WeightedPart {
  readonly name: string;
  readonly weight: number;
  /** Of HTTP: it gets what none of the others can take. */
  readonly spare?: boolean | undefined;
}

/** Answered by the worker itself. */
export interface InternalRecord {
  readonly answer: 'ping' | 'noop';
}

export interface MiddlewareRecord {
  /** As in `middlewares/registry.ts`: `stripPrefix`. */
  readonly type: string;
  /** Output of the middleware's schema. */
  readonly options: unknown;
  /** Provider that declared it: unqualified names in the options belong to it. */
  readonly provider: string;
  /** What the files hold that the options name, by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly cell: CellRef | undefined;
}

export interface TransportRecord {
  readonly serverName: string | undefined;
  readonly insecureSkipVerify: boolean;
  /** PEM; empty means the system's authorities. */
  readonly rootCAs: readonly string[];
  /** PEM pairs. */
  readonly certificates: readonly { readonly cert: string; readonly key: string }[];
  readonly minVersion: string | undefined;
  readonly maxVersion: string | undefined;
  readonly cipherSuites: readonly string[];
  readonly disableHTTP2: boolean;
  readonly peerCertURI: string | undefined;
  readonly maxIdleConnsPerHost: number;
  readonly dialTimeoutMs: number;
  readonly responseHeaderTimeoutMs: number;
  readonly idleConnTimeoutMs: number;
  readonly readIdleTimeoutMs: number;
  readonly pingTimeoutMs: number;
}

/** A TCP router as installed on one entry point. */
export interface TcpRouterRecord {
  /** Qualified. */
  readonly router: string;
  readonly entryPoint: string;
  readonly rule: string;
  readonly ruleSyntax: 'v2' | 'v3';
  readonly priority: bigint;
  /** Lower goes first among equal priorities. */
  readonly precedence: number;
  /** `passthrough` leaves TLS to the server; `options` are a qualified name. */
  readonly tls: { readonly passthrough: boolean; readonly options: string } | undefined;
  /** Qualified names, outermost first. */
  readonly middlewares: readonly string[];
  /** Qualified name. */
  readonly service: string;
}

export type TcpServiceRecord =
  | { readonly type: 'loadBalancer'; readonly value: TcpLoadBalancerRecord }
  | { readonly type: 'weighted'; readonly value: WeightedRecord };

export interface TcpLoadBalancerRecord {
  readonly servers: readonly { readonly address: string; readonly tls: boolean }[];
  /** Qualified name of a `tcpServersTransport` record. */
  readonly transport: string;
  /** Of the service itself; they win over the transport's. */
  readonly terminationDelayMs: number | undefined;
  readonly proxyProtocol: 1 | 2 | undefined;
  readonly cell: CellRef | undefined;
  /** Which servers are known to be down; undefined where nobody checks. */
  readonly health?: CellRef | undefined;
}

export type TcpMiddlewareRecord =
  | { readonly type: 'inFlightConn'; readonly amount: number; readonly cell: CellRef }
  | { readonly type: 'ipAllowList'; readonly sourceRange: readonly string[] };

export interface TcpTransportRecord {
  /** Negative: no probes; 0: the usual. */
  readonly dialKeepAliveMs: number;
  readonly dialTimeoutMs: number;
  /** How long one side may go on after the other has finished; negative: as long as it likes. */
  readonly terminationDelayMs: number;
  /** Version of the header that tells servers who the client is. */
  readonly proxyProtocol: 1 | 2 | undefined;
  readonly tls: Pick<
    TransportRecord,
    'serverName' | 'insecureSkipVerify' | 'rootCAs' | 'certificates' | 'peerCertURI'
  >;
}

/** The one UDP router of an entry point. */
export interface UdpRouterRecord {
  readonly router: string;
  readonly entryPoint: string;
  /** Qualified name. */
  readonly service: string;
}

export type UdpServiceRecord =
  | { readonly type: 'loadBalancer'; readonly value: UdpLoadBalancerRecord }
  | { readonly type: 'weighted'; readonly value: WeightedRecord };

export interface UdpLoadBalancerRecord {
  /** `host:port`. */
  readonly servers: readonly string[];
  readonly cell: CellRef | undefined;
}

/**
 * A certificate to show to clients; its record is named by its fingerprint, so that it crosses the wire
 * once.
 */
export interface CertificateRecord {
  /** PEM, the chain included. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
  /** Names and addresses it is for: lower-case, sorted; `*.x` for one label. */
  readonly names: readonly string[];
}

/** How connections are accepted; certificates are records of their own. */
export interface TlsRecord {
  /** Names of `certificate` records. */
  readonly certificates: readonly string[];
  /** Name of the `certificate` record that is shown when no other fits. */
  readonly defaultCertificate: string;
  /** Options by qualified name; `default` always exists. */
  readonly options: Readonly<Record<string, TlsOptionsRecord>>;
  /** Per entry point: which options a server name gets; `*.x` for one label; others get `default`. */
  readonly hosts: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Per entry point: options for names not in `hosts`; `default` when absent. */
  readonly fallback: Readonly<Record<string, string>>;
  /** Per entry point: names whose handshake is refused because their options do not exist. */
  readonly refused: Readonly<Record<string, readonly string[]>>;
}

export interface TlsOptionsRecord {
  readonly minVersion: string | undefined;
  readonly maxVersion: string | undefined;
  readonly cipherSuites: readonly string[];
  readonly curvePreferences: readonly string[];
  readonly clientAuthType: string;
  /** PEM. */
  readonly clientAuthorities: readonly string[];
  readonly sniStrict: boolean;
  readonly alpnProtocols: readonly string[];
  readonly disableSessionTickets: boolean;
  /** Name of the `certificate` record that is shown, whatever names stand in it. */
  readonly certificate?: string;
  /** Whom a name of pairing stands for; absent in options that somebody has written. */
  readonly admission?: Admission;
}

/** Who gets in, of those who asked for one server name. */
export type Admission =
  /** Whoever has a certificate for clients that the parent's authority has signed. */
  | { readonly kind: 'parent'; readonly id: string; readonly name: string; readonly revoked: boolean }
  /** Whoever has the key of the invitation that the first label of the server name says. */
  | { readonly kind: 'invited'; readonly invitations: readonly InvitationRecord[] }
  /** Nobody: no parent of ours has that name. `node` is what such names end in when they mean this node. */
  | { readonly kind: 'none'; readonly node: string };

export interface InvitationRecord {
  readonly id: string;
  /** SHA-256 of the public key (SubjectPublicKeyInfo), hexadecimal. */
  readonly keyFingerprint: string;
  readonly expiresAtMs: number;
  readonly state: 'open' | 'used' | 'withdrawn';
}

export type ToWorker =
  | { readonly type: 'segment'; readonly segment: number; readonly memory: SharedArrayBuffer }
  /** Records of the next `prepare`: of a large change, so that each message is read in little time. */
  | { readonly type: 'part'; readonly put: readonly WireRecord[] }
  | {
      readonly type: 'prepare';
      readonly generation: number;
      readonly put: readonly WireRecord[];
      readonly remove: readonly { readonly kind: RecordKind; readonly name: string }[];
    }
  | { readonly type: 'commit'; readonly generation: number }
  /** Every provider has been heard: what is not known by now is not there. */
  | { readonly type: 'discovered' }
  /** Those of TLS sessions, the newest first; the same in all workers. */
  | { readonly type: 'ticket-keys'; readonly keys: readonly Uint8Array[] }
  /** Opens the entry points; sent once, after the first generation has been committed. */
  | { readonly type: 'listen' }
  /**
   * Ping answers the terminating status from now on. Each entry point accepts for its grace time, then lets
   * running requests finish within another.
   */
  | { readonly type: 'stop' };

export type FromWorker =
  | { readonly type: 'prepared'; readonly generation: number; readonly failures: readonly BuildFailure[] }
  | { readonly type: 'committed'; readonly generation: number }
  | { readonly type: 'listening' }
  | { readonly type: 'listen-failed'; readonly entryPoint: string; readonly error: string }
  | { readonly type: 'stopped' }
  /** The worker counts there from now on. */
  | { readonly type: 'page-opened'; readonly page: CountingPage }
  /** It no longer does. */
  | { readonly type: 'page-closed'; readonly id: number }
  | {
      readonly type: 'log';
      readonly level: 'error' | 'warn' | 'info' | 'debug';
      readonly text: string;
      readonly fields: object;
    };

/** A record the worker could not build. The others of the generation are unharmed. */
export interface BuildFailure {
  readonly kind: RecordKind;
  readonly name: string;
  readonly text: string;
}

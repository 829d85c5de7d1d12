import type { Problem } from '../model/problem.ts';
import type { Http2Settings } from '../proxy/http-settings.ts';
import { parseAddressRange } from '../support/address-range.ts';
import { isLoopback, parseListenAddress } from './address.ts';
import type { EntryPointOptions, UplinkEntryPointOptions } from './options.ts';

/** An entry point as workers need it: plain data. */
export interface EntryPointSettings {
  readonly name: string;
  readonly kind: 'normal' | 'uplink';
  readonly host: string | undefined;
  /** 0 until one has been claimed. */
  readonly port: number;
  /** Nothing is read of a connection unless the client's certificate was verified. */
  readonly requireVerified: boolean;
  readonly proxyProtocol: { readonly insecure: boolean; readonly trustedIPs: readonly string[] } | undefined;
  readonly http: {
    readonly maxHeaderBytes: number;
    readonly underscores: 'keep' | 'delete' | 'reject';
    readonly sanitizePath: boolean;
    readonly encodeQuerySemicolons: boolean;
  };
  readonly forwarded: {
    readonly insecure: boolean;
    readonly trustedIPs: readonly string[];
    /** Lower-case. */
    readonly connection: readonly string[];
    readonly append: boolean;
    readonly schemeHeaders: boolean;
  };
  readonly readTimeoutMs: number;
  readonly writeTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly keepAliveMaxRequests: number;
  readonly keepAliveMaxTimeMs: number;
  readonly http2: Http2Settings;
  /** How long connections are still accepted once the program has been asked to stop. */
  readonly acceptGraceMs: number;
  /** How long running requests may take after that. */
  readonly graceMs: number;
}

export interface DeclaredEntryPoints {
  readonly entryPoints: Readonly<Record<string, EntryPointOptions>>;
  readonly uplinkEntryPoints: Readonly<Record<string, UplinkEntryPointOptions>>;
}

/** UDP entry points are left out; see `udpEntryPointSettings`. */
export function entryPointSettings({ entryPoints, uplinkEntryPoints }: DeclaredEntryPoints): {
  settings: EntryPointSettings[];
  problems: Problem[];
} {
  const read = [
    ...Object.entries(entryPoints).map(([name, options]) => readOne({ name, kind: 'normal', options })),
    ...Object.entries(uplinkEntryPoints).map(([name, options]) => readOne({ name, kind: 'uplink', options })),
  ];
  const twice = Object.keys(uplinkEntryPoints).filter((name) => name in entryPoints);
  return {
    settings: read.flatMap(({ settings }) => settings ?? []),
    problems: [...read.flatMap(({ problems }) => problems), ...twice.map(nameTakenTwice)],
  };
}

type Declared = { readonly name: string } & (
  | { readonly kind: 'normal'; readonly options: EntryPointOptions }
  | { readonly kind: 'uplink'; readonly options: UplinkEntryPointOptions }
);

function readOne(declared: Declared): { settings: EntryPointSettings | undefined; problems: Problem[] } {
  const { name, kind, options } = declared;
  const address = parseListenAddress(options.address);
  if (typeof address === 'string')
    return { settings: undefined, problems: [wrongAddress(declared, address)] };
  if (address.protocol === 'udp')
    return { settings: undefined, problems: kind === 'uplink' ? [uplinkOverUdp(declared)] : [] };
  const isOpen = kind === 'uplink' && !options.insecure && !isLoopback(address.host);
  const settings = {
    name,
    kind,
    host: address.host,
    port: address.port,
    requireVerified: isOpen,
    proxyProtocol: options.proxyProtocol,
    ...httpSettings(options),
    ...timeSettings(options),
    http2: http2Settings(options),
  };
  return { settings, problems: trustProblems(declared) };
}

function httpSettings({
  http,
  forwardedHeaders,
}: EntryPointOptions): Pick<EntryPointSettings, 'http' | 'forwarded'> {
  return {
    http: {
      maxHeaderBytes: http.maxHeaderBytes,
      underscores: http.underscoreHeadersStrategy,
      sanitizePath: http.sanitizePath,
      encodeQuerySemicolons: http.encodeQuerySemicolons,
    },
    forwarded: {
      insecure: forwardedHeaders.insecure,
      trustedIPs: forwardedHeaders.trustedIPs,
      connection: forwardedHeaders.connection.map((header) => header.toLowerCase()),
      append: !forwardedHeaders.notAppendXForwardedFor,
      schemeHeaders: forwardedHeaders.addXForwardedSchemeHeaders,
    },
  };
}

function http2Settings({ http2 }: EntryPointOptions): Http2Settings {
  return {
    concurrentStreamsMax: http2?.maxConcurrentStreams || 250,
    decoderTableBytes: http2?.maxDecoderHeaderTableSize ?? 4096,
    encoderTableBytes: http2?.maxEncoderHeaderTableSize ?? 4096,
  };
}

function timeSettings({ transport }: EntryPointOptions) {
  return {
    readTimeoutMs: transport.respondingTimeouts.readTimeout,
    writeTimeoutMs: transport.respondingTimeouts.writeTimeout,
    idleTimeoutMs: transport.respondingTimeouts.idleTimeout,
    keepAliveMaxRequests: transport.keepAliveMaxRequests,
    keepAliveMaxTimeMs: transport.keepAliveMaxTime,
    acceptGraceMs: transport.lifeCycle.requestAcceptGraceTimeout,
    graceMs: transport.lifeCycle.graceTimeOut,
  };
}

function trustProblems(declared: Declared): Problem[] {
  const { forwardedHeaders, proxyProtocol } = declared.options;
  const written = [...forwardedHeaders.trustedIPs, ...(proxyProtocol?.trustedIPs ?? [])];
  const problems = written
    .filter((range) => parseAddressRange(range) === undefined)
    .map((range) => problem(declared, { text: `trustedIPs: ${range} is neither an address nor a range.` }));
  if (proxyProtocol !== undefined && !proxyProtocol.insecure && proxyProtocol.trustedIPs.length === 0)
    problems.push(
      problem(declared, {
        text: 'proxyProtocol trusts nobody.',
        remedy: 'Write the balancer into proxyProtocol.trustedIPs.',
      }),
    );
  return problems;
}

const wrongAddress = (declared: Declared, what: string): Problem =>
  problem(declared, {
    text: `The address "${declared.options.address}" cannot be listened on: ${what}.`,
    remedy: 'Write it as ":80", "127.0.0.1:8080" or "[::1]:8080".',
  });

const uplinkOverUdp = (declared: Declared): Problem =>
  problem(declared, { text: 'Uplinks are not served over UDP.', remedy: 'Leave "/udp" out.' });

const nameTakenTwice = (name: string): Problem => ({
  code: 'entry-point-wrong',
  severity: 'error',
  source: { element: `hub.uplinkEntryPoints.${name}` },
  text: `${name} is the name of an entry point and of an uplink entry point.`,
  remedy: 'Give one of them another name.',
});

function problem(
  { name, kind }: Pick<Declared, 'name' | 'kind'>,
  { text, remedy }: { text: string; remedy?: string },
): Problem {
  const element = kind === 'uplink' ? `hub.uplinkEntryPoints.${name}` : `entryPoints.${name}`;
  return { code: 'entry-point-wrong', severity: 'error', source: { element }, text, remedy };
}

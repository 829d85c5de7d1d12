/** One entry point, as in `entryPoints.<name>` and `hub.uplinkEntryPoints.<name>`. */
import type { z } from 'zod';
import {
  duration,
  flag,
  int64,
  integer,
  list,
  oneOf,
  structure,
  structures,
  text,
} from '../config/options.ts';

const redirection = structure({
  /** Another entry point, or `:port`. */
  to: text(),
  scheme: text().default('https'),
  permanent: flag().default(true),
  priority: int64().default(9223372036854775806n),
});

const tls = structure(
  {
    options: text(),
    certResolver: text(),
    domains: structures(structure({ main: text(), sans: list() })),
  },
  { allowEmpty: true },
);

const encodedCharacters = structure({
  allowEncodedSlash: flag().default(true),
  allowEncodedBackSlash: flag().default(true),
  allowEncodedNullCharacter: flag().default(true),
  allowEncodedSemicolon: flag().default(true),
  allowEncodedPercent: flag().default(true),
  allowEncodedQuestionMark: flag().default(true),
  allowEncodedHash: flag().default(true),
});

const http = structure({
  redirections: structure({ entryPoint: redirection.optional() }).optional(),
  middlewares: list(),
  tls: tls.optional(),
  encodedCharacters: encodedCharacters.optional(),
  encodeQuerySemicolons: flag(),
  sanitizePath: flag().default(true),
  maxHeaderBytes: integer().min(1).default(1_048_576),
  underscoreHeadersStrategy: oneOf(['keep', 'delete', 'reject']).default('keep'),
});

const forwardedHeaders = structure({
  insecure: flag(),
  trustedIPs: list(),
  connection: list(),
  notAppendXForwardedFor: flag(),
  addXForwardedSchemeHeaders: flag(),
});

const proxyProtocol = structure({ insecure: flag(), trustedIPs: list() }, { allowEmpty: true });

const transport = structure({
  lifeCycle: structure({
    requestAcceptGraceTimeout: duration(),
    graceTimeOut: duration().default(10_000),
  }),
  respondingTimeouts: structure({
    readTimeout: duration().default(60_000),
    writeTimeout: duration(),
    idleTimeout: duration().default(180_000),
  }),
  keepAliveMaxTime: duration(),
  keepAliveMaxRequests: integer().min(0),
});

const observability = structure({
  accessLogs: flag().default(true),
  metrics: flag().default(true),
  tracing: flag().default(true),
  traceVerbosity: oneOf(['minimal', 'detailed']).default('minimal'),
});

const http2 = structure({
  maxConcurrentStreams: integer().min(0).default(250),
  maxDecoderHeaderTableSize: integer().min(0).default(4096),
  maxEncoderHeaderTableSize: integer().min(0).default(4096),
});

const shape = {
  address: text(),
  asDefault: flag(),
  /**
   * Every entry point shares its port between the workers; Traefik's switch is accepted and changes
   * nothing.
   */
  reusePort: flag(),
  allowACMEByPass: flag({ notYet: 'ACME is not served yet' }),
  http,
  http2: http2.optional(),
  http3: structure(
    { advertisedPort: integer().min(0) },
    { allowEmpty: true, notYet: 'HTTP/3 is not served yet' },
  ).optional(),
  udp: structure({ timeout: duration().default(3000) }).optional(),
  forwardedHeaders,
  proxyProtocol: proxyProtocol.optional(),
  transport,
  observability: observability.optional(),
};

export const entryPointOptions = structure(shape);

export const uplinkEntryPointOptions = structure({
  ...shape,
  /** Opens the port to whoever reaches it, although they bypass the parent's authentication. */
  insecure: flag(),
});

export type EntryPointOptions = z.output<typeof entryPointOptions>;
export type UplinkEntryPointOptions = z.output<typeof uplinkEntryPointOptions>;

/** Everything that is read once, at the start: each section from its room, assembled. */
import type { z } from 'zod';
import { integer, map, structure, text } from '../../config/options.ts';
import { entryPointOptions } from '../../entry-points/options.ts';
import { accessLogOptions } from './access-log.ts';
import { apiOptions, pingOptions } from './api.ts';
import { certificatesResolverOptions } from './certificates-resolvers.ts';
import { hubOptions } from './hub.ts';
import { logOptions } from './log.ts';
import { metricsOptions, tracingOptions } from './metrics.ts';
import {
  coreOptions,
  experimentalOptions,
  globalOptions,
  hostResolverOptions,
  ocspOptions,
  spiffeOptions,
} from './process-wide.ts';
import { providersOptions } from './providers.ts';
import { serversTransportOptions, tcpServersTransportOptions } from './servers-transport.ts';

export const staticOptions = structure({
  configFile: text(),
  /** Where generated certificates and the lock are kept; `''` chooses by the user the program runs as. */
  dataDirectory: text(),
  /** Threads that serve; 0 is one for each processor. */
  workers: integer().min(0).max(256),
  global: globalOptions,
  entryPoints: map(entryPointOptions),
  providers: providersOptions,
  serversTransport: serversTransportOptions,
  tcpServersTransport: tcpServersTransportOptions.optional(),
  api: apiOptions.optional(),
  ping: pingOptions.optional(),
  log: logOptions,
  accessLog: accessLogOptions.optional(),
  metrics: metricsOptions.optional(),
  tracing: tracingOptions.optional(),
  hostResolver: hostResolverOptions.optional(),
  certificatesResolvers: map(certificatesResolverOptions),
  experimental: experimentalOptions.optional(),
  core: coreOptions.optional(),
  spiffe: spiffeOptions.optional(),
  ocsp: ocspOptions.optional(),
  hub: hubOptions,
});

export type StaticConfiguration = z.output<typeof staticOptions>;

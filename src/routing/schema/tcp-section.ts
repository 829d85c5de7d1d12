import type { z } from 'zod';
import {
  duration,
  flag,
  free,
  int64,
  integer,
  list,
  map,
  structure,
  structures,
  text,
} from '../../config/options.ts';
import { domain, keyPair } from './tls-section.ts';

const routerTls = structure(
  {
    passthrough: flag({ alwaysShown: true }),
    options: text(),
    certResolver: text(),
    domains: structures(domain),
  },
  { allowEmpty: true },
);

const router = structure({
  entryPoints: list(),
  middlewares: list(),
  service: text(),
  rule: text(),
  ruleSyntax: text(),
  priority: int64(),
  tls: routerTls.optional(),
});

const healthCheck = structure(
  {
    port: integer(),
    send: text(),
    expect: text(),
    interval: duration().default(30_000),
    unhealthyInterval: duration().optional(),
    timeout: duration().default(5_000),
  },
  { allowEmpty: true },
);

const balancerFields = {
  serversTransport: text(),
  /** Deprecated, as is the next. */
  proxyProtocol: structure({ version: integer().default(2) }, { allowEmpty: true }).optional(),
  terminationDelay: integer({ alwaysShown: true }).optional(),
  healthCheck: healthCheck.optional(),
};

const server = structure({ address: text(), tls: flag() });
export const labelTcpServer = structure({
  address: text({ hiddenInLabels: true }),
  tls: flag(),
  port: text(),
});
const loadBalancer = structure({ ...balancerFields, servers: structures(server) });
export const labelTcpLoadBalancer = structure({
  ...balancerFields,
  servers: structures(labelTcpServer, { labelName: 'server' }),
});

const part = structure({ name: text(), weight: integer({ alwaysShown: true }).default(1) });
const weighted = structure(
  {
    services: structures(part),
    healthCheck: structure({}, { allowEmpty: true }).optional(),
  },
  { hiddenInLabels: true },
).optional();

const middleware = structure({
  inFlightConn: structure({ amount: integer() }).optional(),
  ipAllowList: structure({ sourceRange: list() }).optional(),
  ipWhiteList: structure({ sourceRange: list() }).optional(),
});

const transportTls = structure({
  serverName: text(),
  insecureSkipVerify: flag(),
  rootCAs: list(),
  certificates: structures(keyPair),
  peerCertURI: text(),
  spiffe: structure(
    { ids: list(), trustDomain: text() },
    { allowEmpty: true, notYet: 'SPIFFE is not supported yet' },
  ).optional(),
});

const serversTransport = structure({
  dialKeepAlive: duration().default(15_000),
  dialTimeout: duration().default(30_000),
  terminationDelay: duration().default(100),
  proxyProtocol: structure({ version: integer().default(2) }, { allowEmpty: true }).optional(),
  tls: transportTls.optional(),
});

const common = {
  routers: map(router),
  middlewares: map(middleware),
  serversTransports: map(serversTransport, { hiddenInLabels: true }),
};

export const tcpService = structure({ loadBalancer: loadBalancer.optional(), weighted });
export const tcpRouter = router;
export const tcpMiddleware = middleware;
export const tcpServersTransport = serversTransport;

export const tcpSection = structure({ ...common, services: map(tcpService) });

export const labelTcpService = structure({ loadBalancer: labelTcpLoadBalancer.optional(), weighted });

export const tcpLabels = structure({
  ...common,
  services: map(labelTcpService),
  models: free({ hiddenInLabels: true }),
});

export type TcpSection = z.output<typeof tcpSection>;
export type TcpRouter = TcpSection['routers'][string];
export type TcpService = TcpSection['services'][string];
export type TcpMiddleware = TcpSection['middlewares'][string];
export type TcpServersTransport = TcpSection['serversTransports'][string];

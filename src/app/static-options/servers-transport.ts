import { duration, flag, integer, list, structure, text } from '../../config/options.ts';

const spiffe = () =>
  structure(
    { ids: list(), trustDomain: text() },
    { allowEmpty: true, notYet: 'SPIFFE is not supported yet' },
  ).optional();

/** The default towards HTTP servers; a service can name another. */
export const serversTransportOptions = structure({
  insecureSkipVerify: flag(),
  rootCAs: list(),
  maxIdleConnsPerHost: integer().default(200),
  forwardingTimeouts: structure({
    dialTimeout: duration().default(30_000),
    responseHeaderTimeout: duration(),
    idleConnTimeout: duration().default(90_000),
  }),
  spiffe: spiffe(),
});

export const tcpServersTransportOptions = structure({
  dialKeepAlive: duration().default(15_000),
  dialTimeout: duration().default(30_000),
  /** Traefik cuts off at once here, and after this time with any other transport. */
  terminationDelay: duration().default(100),
  tls: structure(
    { insecureSkipVerify: flag(), rootCAs: list(), spiffe: spiffe() },
    { allowEmpty: true },
  ).optional(),
});

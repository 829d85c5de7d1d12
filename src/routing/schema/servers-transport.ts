import type { z } from 'zod';
import { duration, flag, integer, list, structure, structures, text } from '../../config/options.ts';
import { keyPair } from './tls-section.ts';

export const forwardingTimeouts = structure({
  dialTimeout: duration().default(30_000),
  responseHeaderTimeout: duration(),
  idleConnTimeout: duration().default(90_000),
  readIdleTimeout: duration(),
  pingTimeout: duration().default(15_000),
});

const spiffe = structure(
  { ids: list(), trustDomain: text() },
  { allowEmpty: true, notYet: 'SPIFFE is not supported yet' },
);

/** How servers are reached. Certificates, keys and authorities are file names or PEM text. */
export const serversTransportFields = {
  serverName: text(),
  insecureSkipVerify: flag(),
  rootCAs: list(),
  certificates: structures(keyPair),
  maxIdleConnsPerHost: integer(),
  cipherSuites: list(),
  minVersion: text(),
  maxVersion: text(),
  disableHTTP2: flag(),
  peerCertURI: text(),
  peerCertSANs: list({ notYet: 'only peerCertURI is checked' }),
  forwardingTimeouts: forwardingTimeouts.optional(),
  spiffe: spiffe.optional(),
};

export const serversTransport = structure(serversTransportFields);

export type ServersTransport = z.output<typeof serversTransport>;

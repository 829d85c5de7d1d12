import type { z } from 'zod';
import { flag, list, map, structure, structures, text } from '../../config/options.ts';

/** A certificate with its key: file names, or PEM text. */
export const keyPair = structure({ certFile: text(), keyFile: text({ secret: true }) });

const certificate = structure({ certFile: text(), keyFile: text({ secret: true }), stores: list() });

export const domain = structure({ main: text(), sans: list() });

const clientAuth = structure({ caFiles: list(), clientAuthType: text() });

const tlsOptions = structure({
  minVersion: text(),
  maxVersion: text(),
  cipherSuites: list(),
  curvePreferences: list(),
  clientAuth: clientAuth.optional(),
  sniStrict: flag(),
  alpnProtocols: list().default(['h2', 'http/1.1', 'acme-tls/1']),
  disableSessionTickets: flag(),
  /** Accepted, without effect: the TLS library decides. */
  preferServerCipherSuites: flag(),
});

const generated = structure(
  { resolver: text(), domain: domain.optional() },
  { notYet: 'certificates are not obtained by ACME yet' },
);

const store = structure({
  defaultCertificate: structure(keyPair.shape, { hiddenInLabels: true }).optional(),
  defaultGeneratedCert: generated.optional(),
});

/** Only the store `default` is ever used. */
const stores = map(store);

export const tlsSection = structure({
  certificates: structures(certificate),
  options: map(tlsOptions),
  stores,
});

/** Of TLS, labels reach the default store alone. */
export const tlsLabels = structure({ stores });

export type TlsOptions = z.output<typeof tlsOptions>;
export type TlsStore = z.output<typeof store>;

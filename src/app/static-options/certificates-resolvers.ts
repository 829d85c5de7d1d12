import { duration, flag, integer, list, structure, text } from '../../config/options.ts';

const dnsChallenge = structure(
  {
    provider: text(),
    resolvers: list(),
    delayBeforeCheck: duration(),
    disablePropagationCheck: flag(),
    propagation: structure(
      {
        disableChecks: flag(),
        disableANSChecks: flag(),
        requireAllRNS: flag(),
        delayBeforeChecks: duration(),
      },
      { allowEmpty: true },
    ).optional(),
  },
  { allowEmpty: true },
);

const acme = structure({
  email: text(),
  emailAddresses: list(),
  caServer: text().default('https://acme-v02.api.letsencrypt.org/directory'),
  preferredChain: text(),
  profile: text(),
  storage: text().default('acme.json'),
  keyType: text().default('RSA4096'),
  eab: structure({ kid: text(), hmacEncoded: text({ secret: true }) }).optional(),
  certificatesDuration: integer().default(2160),
  clientTimeout: duration().default(120_000),
  clientResponseHeaderTimeout: duration().default(30_000),
  certificateTimeout: duration().default(30_000),
  caCertificates: list(),
  caSystemCertPool: flag(),
  caServerName: text(),
  disableCommonName: flag(),
  dnsChallenge: dnsChallenge.optional(),
  httpChallenge: structure({ entryPoint: text(), delay: duration() }, { allowEmpty: true }).optional(),
  tlsChallenge: structure({ delay: duration() }, { allowEmpty: true }).optional(),
});

export const certificatesResolverOptions = structure(
  {
    acme: acme.optional(),
    tailscale: structure({}, { allowEmpty: true }).optional(),
  },
  {
    notYet:
      'certificates are not requested yet; routers that name it are served with the default certificate',
  },
);

/** Sections of a few options each that concern the program as a whole. */
import { flag, free, integer, map, oneOf, structure, text } from '../../config/options.ts';

export const globalOptions = structure({
  checkNewVersion: flag().default(true),
  sendAnonymousUsage: flag(),
  notAppendXForwardedFor: flag(),
});

export const coreOptions = structure({ defaultRuleSyntax: oneOf(['v3', 'v2']).default('v3') });

const plugins = { notYet: 'plugins of Traefik cannot run here; routers that use one are not served' };

export const experimentalOptions = structure({
  plugins: map(free(), plugins),
  localPlugins: map(free(), plugins),
  abortOnPluginFailure: flag(plugins),
  fastProxy: structure({ debug: flag() }, { allowEmpty: true }).optional(),
  otlpLogs: flag({ notYet: 'logs are not sent by OTLP yet' }),
  knative: flag({ notYet: 'there is no Knative provider' }),
  kubernetesGateway: flag({ notYet: 'there are no Kubernetes providers' }),
  kubernetesIngressNGINX: flag({ notYet: 'there are no Kubernetes providers' }),
});

export const hostResolverOptions = structure(
  {
    cnameFlattening: flag(),
    resolvConfig: text().default('/etc/resolv.conf'),
    resolvDepth: integer().default(5),
  },
  { allowEmpty: true, notYet: 'CNAME records are not followed yet' },
);

export const ocspOptions = structure(
  { responderOverrides: map(text()) },
  { allowEmpty: true, notYet: 'OCSP answers are not stapled yet' },
);

export const spiffeOptions = structure(
  { workloadAPIAddr: text() },
  { notYet: 'SPIFFE is not supported yet' },
);

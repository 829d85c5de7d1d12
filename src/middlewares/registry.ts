/**
 * All middlewares by the name of their section. Schemas are read by the control plane only, behaviours by the workers
 * only, each when it is first needed. One without behaviour is known, checked and shown, and what uses it is not
 * served.
 */
import type { CreateMiddleware } from './middleware.ts';

export const middlewares = {
  addPrefix: {
    options: () => import('./add-prefix/options.ts'),
    behaviour: () => import('./add-prefix/add-prefix.ts'),
  },
  basicAuth: {
    options: () => import('./basic-auth/options.ts'),
    behaviour: () => import('./basic-auth/basic-auth.ts'),
  },
  buffering: {
    options: () => import('./buffering/options.ts'),
    behaviour: () => import('./buffering/buffering.ts'),
  },
  chain: { options: () => import('./chain/options.ts') },
  circuitBreaker: {
    options: () => import('./circuit-breaker/options.ts'),
    behaviour: () => import('./circuit-breaker/circuit-breaker.ts'),
  },
  compress: {
    options: () => import('./compress/options.ts'),
    behaviour: () => import('./compress/compress.ts'),
  },
  contentType: {
    options: () => import('./content-type/options.ts'),
    behaviour: () => import('./content-type/content-type.ts'),
  },
  digestAuth: {
    options: () => import('./digest-auth/options.ts'),
    behaviour: () => import('./digest-auth/digest-auth.ts'),
  },
  encodedCharacters: {
    options: () => import('./encoded-characters/options.ts'),
    behaviour: () => import('./encoded-characters/encoded-characters.ts'),
  },
  errors: {
    options: () => import('./errors/options.ts'),
    behaviour: () => import('./errors/errors.ts'),
  },
  forwardAuth: {
    options: () => import('./forward-auth/options.ts'),
    behaviour: () => import('./forward-auth/forward-auth.ts'),
  },
  grpcWeb: {
    options: () => import('./grpc-web/options.ts'),
    behaviour: () => import('./grpc-web/grpc-web.ts'),
  },
  headers: {
    options: () => import('./headers/options.ts'),
    behaviour: () => import('./headers/headers.ts'),
  },
  inFlightReq: {
    options: () => import('./in-flight-req/options.ts'),
    behaviour: () => import('./in-flight-req/in-flight-req.ts'),
  },
  ipAllowList: {
    options: () => import('./ip-allow-list/options.ts'),
    behaviour: () => import('./ip-allow-list/ip-allow-list.ts'),
  },
  ipWhiteList: {
    options: () => import('./ip-white-list/options.ts'),
    behaviour: () => import('./ip-white-list/ip-white-list.ts'),
  },
  passTLSClientCert: {
    options: () => import('./pass-tls-client-cert/options.ts'),
    behaviour: () => import('./pass-tls-client-cert/pass-tls-client-cert.ts'),
  },
  plugin: { options: () => import('./plugin/options.ts') },
  rateLimit: {
    options: () => import('./rate-limit/options.ts'),
    behaviour: () => import('./rate-limit/rate-limit.ts'),
  },
  redirectRegex: {
    options: () => import('./redirect-regex/options.ts'),
    behaviour: () => import('./redirect-regex/redirect-regex.ts'),
  },
  redirectScheme: {
    options: () => import('./redirect-scheme/options.ts'),
    behaviour: () => import('./redirect-scheme/redirect-scheme.ts'),
  },
  replacePath: {
    options: () => import('./replace-path/options.ts'),
    behaviour: () => import('./replace-path/replace-path.ts'),
  },
  replacePathRegex: {
    options: () => import('./replace-path-regex/options.ts'),
    behaviour: () => import('./replace-path-regex/replace-path-regex.ts'),
  },
  retry: {
    options: () => import('./retry/options.ts'),
    behaviour: () => import('./retry/retry.ts'),
  },
  stripPrefix: {
    options: () => import('./strip-prefix/options.ts'),
    behaviour: () => import('./strip-prefix/strip-prefix.ts'),
  },
  stripPrefixRegex: {
    options: () => import('./strip-prefix-regex/options.ts'),
    behaviour: () => import('./strip-prefix-regex/strip-prefix-regex.ts'),
  },
} as const;

export type MiddlewareType = keyof typeof middlewares;

/** Builds middlewares of one type; the options are the output of that type's schema. */
export type MiddlewareFactory = CreateMiddleware<unknown>;

export function hasBehaviour(type: string): boolean {
  return 'behaviour' in entryOf(type);
}

export async function loadFactory(type: string): Promise<MiddlewareFactory | undefined> {
  const { behaviour } = entryOf(type);
  return behaviour && ((await behaviour()).create as MiddlewareFactory);
}

interface Entry {
  readonly options?: () => Promise<unknown>;
  readonly behaviour?: () => Promise<{ readonly create: CreateMiddleware<never> }>;
}

function entryOf(type: string): Entry {
  return Object.hasOwn(middlewares, type) ? middlewares[type as MiddlewareType] : {};
}

import type { z } from 'zod';
import { free, list, map, structure, text } from '../../config/options.ts';
import { type MiddlewareType, middlewares } from '../../middlewares/registry.ts';

type Schemas = {
  -readonly [Type in MiddlewareType]: Awaited<ReturnType<(typeof middlewares)[Type]['options']>>['options'];
};

type OptionalSchemas = { [Type in MiddlewareType]: z.ZodOptional<Schemas[Type]> };

const headerModifier = structure(
  { set: map(text()), add: map(text()), remove: list() },
  { hiddenInLabels: true },
);

/** Kinds that belong to Kubernetes: known by name, never carried out. */
const foreign = {
  requestHeaderModifier: headerModifier.optional(),
  responseHeaderModifier: headerModifier.optional(),
  requestRedirect: structure(
    { scheme: text(), hostname: text(), port: text(), path: text(), pathPrefix: text(), statusCode: text() },
    { hiddenInLabels: true },
  ).optional(),
  URLRewrite: structure(
    { hostname: text(), path: text(), pathPrefix: text() },
    { hiddenInLabels: true },
  ).optional(),
  snippet: free({ hiddenInLabels: true }).optional(),
  rewriteTarget: free({ hiddenInLabels: true }).optional(),
  upstreamVHost: free({ hiddenInLabels: true }).optional(),
  appRoot: free({ hiddenInLabels: true }).optional(),
  authTLSPassCertificateToUpstream: free({ hiddenInLabels: true }).optional(),
};

async function schemas(): Promise<OptionalSchemas> {
  const entries = Object.entries(middlewares).map(async ([type, entry]) => {
    const { options } = await entry.options();
    return [type, options.optional()];
  });
  return Object.fromEntries(await Promise.all(entries)) as OptionalSchemas;
}

/** A middleware has exactly one kind. */
export const middleware = structure({ ...(await schemas()), ...foreign });

export type HttpMiddleware = z.output<typeof middleware>;

import type { z } from 'zod';
import { flag, int64, list, structure, structures, text } from '../../config/options.ts';
import { domain } from './tls-section.ts';

/** Any of its options, or the word alone, makes the router serve TLS connections and nothing else. */
const tls = structure(
  { options: text(), certResolver: text(), domains: structures(domain) },
  { allowEmpty: true },
);

const observability = structure({
  accessLogs: flag({ alwaysShown: true }).optional(),
  metrics: flag({ alwaysShown: true }).optional(),
  tracing: flag({ alwaysShown: true }).optional(),
  traceVerbosity: text(),
});

export const router = structure({
  entryPoints: list(),
  middlewares: list(),
  service: text(),
  rule: text(),
  parentRefs: list({ hiddenInLabels: true, notYet: 'routers below routers are not built yet' }),
  /** `v2` or `v3`; empty: what `core.defaultRuleSyntax` says. */
  ruleSyntax: text(),
  /** 0: the length of the rule. */
  priority: int64(),
  tls: tls.optional(),
  observability: observability.optional(),
  /** Makes it an uplink router: it is served to parents only, on uplink entry points. */
  uplinks: list(),
});

type WrittenRouter = z.output<typeof router>;

export interface HttpRouter extends WrittenRouter {
  /** The rule comes from the template of default rules. */
  readonly defaultRule?: boolean;
}

export type RouterTls = NonNullable<HttpRouter['tls']>;
export type RouterObservability = NonNullable<HttpRouter['observability']>;

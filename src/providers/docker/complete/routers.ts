/** What a router gets that its labels leave out: a service, and for HTTP a rule. */
import type { Container } from '../container.ts';
import type { DefaultRule } from '../default-rule.ts';
import type { Notes } from '../notes.ts';

/**
 * The router with the only service there is, if it names none; undefined, and a problem, if there are
 * several.
 */
export function linkedRouter<T extends { readonly service: string }>(
  router: T,
  element: string,
  services: readonly string[],
  notes: Notes,
): T | undefined {
  if (router.service !== '') return router;
  const [only, ...others] = services;
  if (only !== undefined && others.length === 0) return { ...router, service: only };
  notes.error({
    code: 'service-ambiguous',
    place: { element },
    text: `The ${element} names no service, and the container has several: ${services.join(', ')}.`,
    remedy: 'Say which one is meant with the label …routers.NAME.service.',
  });
  return undefined;
}

export interface RuleContext {
  readonly container: Container;
  readonly defaultRule: DefaultRule;
  readonly notes: Notes;
}

/** The router with the default rule, if it has none; undefined, and a problem, if the template gives none. */
export function ruledRouter<T extends { readonly rule: string }>(
  router: T,
  element: string,
  { container, defaultRule, notes }: RuleContext,
): (T & { readonly defaultRule?: boolean }) | undefined {
  if (router.rule !== '') return router;
  const result = defaultRule(container);
  if ('rule' in result) return { ...router, rule: result.rule, defaultRule: true };
  notes.error({
    code: 'default-rule-failed',
    place: { element },
    text: `The ${element} has no rule, and providers.docker.defaultRule gives none: ${result.fault}.`,
    remedy: 'Give the router a rule of its own, or correct the template.',
  });
  return undefined;
}

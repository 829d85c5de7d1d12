/** The rule of routers that have none: a Go template over the container. */
import { define } from '../../support/go-template/functions.ts';
import { parseTemplate } from '../../support/go-template/template.ts';
import { sprigFunctions } from '../../support/go-template/sprig/sprig-functions.ts';
import { stringMap } from '../../support/go-template/values.ts';
import type { Container } from './container.ts';
import { normalize, serviceNameOf } from './container-name.ts';

export type DefaultRule = (container: Container) => { rule: string } | { fault: string };

export class DefaultRuleError extends Error {}

/** Throws a DefaultRuleError for a text that is no template. */
export function compileDefaultRule(text: string): DefaultRule {
  const sprig = sprigFunctions({ now: () => new Date(), variables: process.env });
  const functions = { ...sprig, normalize: define(['string'], normalize) };
  const parsed = parseTemplate(text, functions);
  if ('problem' in parsed) throw new DefaultRuleError(parsed.problem);
  return (container) => {
    const result = parsed.template.execute({
      Name: serviceNameOf(container),
      ContainerName: container.name,
      Labels: stringMap(container.labels),
    });
    if ('problem' in result) return { fault: result.problem };
    return result.text === '' ? { fault: 'it gives nothing for this container' } : { rule: result.text };
  };
}

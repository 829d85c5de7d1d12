/**
 * What a person should know about the children: who is silent, who is who, what waits for a later
 * version.
 */
import type { Problem } from '../../model/problem.ts';
import type { ChildReport } from './child.ts';
import { type Failure, makesSuspect } from './failure.ts';
import type { MulticlusterOptions } from './options.ts';

const problem = (
  child: string | undefined,
  fields: Pick<Problem, 'code' | 'severity' | 'text' | 'remedy'>,
): Problem => ({ ...fields, source: child === undefined ? { provider } : { provider, child } });

const provider = 'multicluster';

/** A child that cannot be asked; its last good answer may still be in use. */
export function failureProblems(reports: readonly ChildReport[]): Problem[] {
  return reports.flatMap(({ name, options, answer, failure }) => {
    if (!failure) return [];
    const kept = answer ? stillInUse(failure) : 'Nothing it advertises is known.';
    const { code, remedy } = failure;
    const text = `Child ${name} (${options.address}): ${failure.text}. ${kept}`;
    return [problem(name, { code, severity: answer ? 'warning' : 'error', text, remedy })];
  });
}

const stillInUse = (failure: Failure): string =>
  `What it last advertised stays in use${makesSuspect(failure) ? ', after what other children have' : ''}.`;

/**
 * One node under two names, or this node among its own children: its weight counts twice, its routes may
 * loop.
 */
export function identityProblems(reports: readonly ChildReport[], ownNode: string): Problem[] {
  const first = new Map<string, ChildReport>();
  return reports.flatMap((report) => {
    const node = report.answer?.node;
    if (node === undefined) return [];
    if (node === ownNode) return [isOurselves(report)];
    const twin = first.get(node);
    first.set(node, twin ?? report);
    return twin ? [isTwin(report, twin)] : [];
  });
}

const isOurselves = ({ name, options }: ChildReport) =>
  problem(name, {
    code: 'child-is-self',
    severity: 'warning',
    text: `Child ${name} (${options.address}) is this node itself.`,
    remedy: `Remove hub.providers.multicluster.children.${name}, or correct its address.`,
  });

function isTwin(report: ChildReport, twin: ChildReport): Problem {
  const sameRun = report.answer?.boot === twin.answer?.boot;
  return problem(report.name, {
    code: 'child-identity-shared',
    severity: 'warning',
    text: `The children ${twin.name} and ${report.name} say that they are one node.`,
    remedy: sameRun
      ? 'Two addresses lead to one host, whose weight counts twice: remove one of the two.'
      : 'If these are two hosts, one was cloned from the other: empty the data directory of one and restart it.',
  });
}

/** Options that are understood but wait for a later version. */
export function laterProblems({ children }: MulticlusterOptions): Problem[] {
  const path = 'hub.providers.multicluster';
  return Object.entries(children).flatMap(([name, { priority, publish }]) => [
    ...(priority === 0 ? [] : [later(`${path}.children.${name}.priority`, 'it has no effect', name)]),
    ...(publish ? [later(`${path}.children.${name}.publish`, 'nothing is published', name)] : []),
  ]);
}

const later = (option: string, instead: string, child?: string): Problem =>
  problem(child, {
    code: 'not-yet',
    severity: 'warning',
    text: `${option} is not offered yet; ${instead}.`,
    remedy: 'Leave it out until then.',
  });

import type { Problem } from '../../model/problem.ts';
import { parseRule } from '../../rules/parse-rule.ts';
import { nearestName } from '../../support/nearest-name.ts';
import { qualify } from '../qualified-name.ts';
import type { TcpRouter } from '../schema/tcp-section.ts';
import type { UdpRouter } from '../schema/udp-section.ts';
import type { Merged } from './merge.ts';
import type { RuntimeStreamRouter } from './runtime-configuration.ts';

/** Which option of a router is wrong, and what to write instead. */
export interface StreamRemedy {
  readonly option?: string;
  readonly remedy?: NonNullable<Problem['remedy']>;
}

type Names = Iterable<string>;

/** `known` are the entry points that there are for it. */
export function tcpRemedy(
  router: RuntimeStreamRouter<TcpRouter>,
  merged: Merged,
  known: Names,
): StreamRemedy {
  const { middlewares } = router.written;
  return (
    namesRemedy(router, { services: merged.tcpServices, known }) ??
    missing('middlewares', qualified(middlewares, router.provider), merged.tcpMiddlewares) ??
    ruleRemedy(router) ??
    {}
  );
}

export function udpRemedy(
  router: RuntimeStreamRouter<UdpRouter>,
  merged: Merged,
  known: Names,
): StreamRemedy {
  return namesRemedy(router, { services: merged.udpServices, known }) ?? {};
}

interface KnownNames {
  readonly services: ReadonlyMap<string, unknown>;
  readonly known: Names;
}

function namesRemedy(
  { written, using, provider }: RuntimeStreamRouter<UdpRouter>,
  { services, known }: KnownNames,
): StreamRemedy | undefined {
  const wrong = written.entryPoints.find((name) => !using.includes(name));
  if (wrong !== undefined) return { option: 'entrypoints', ...didYouMean(wrong, known) };
  return missing('service', qualified([written.service], provider), services);
}

function ruleRemedy({ written, errors }: RuntimeStreamRouter<TcpRouter>): StreamRemedy | undefined {
  if (!errors.some((error) => error.startsWith('invalid rule'))) return undefined;
  const { rule, ruleSyntax, tls } = written;
  const parsed = parseRule(rule, { syntax: ruleSyntax === 'v2' ? 'v2' : 'v3', protocol: 'tcp' });
  if ('problem' in parsed) {
    const { remedy } = parsed.problem;
    return remedy === undefined ? { option: 'rule' } : { option: 'rule', remedy };
  }
  if (tls || parsed.rule.domains.length === 0) return undefined;
  return {
    option: 'rule',
    remedy: 'Set tls on the router: without TLS clients name no server, and only HostSNI(`*`) fits.',
  };
}

function missing(
  option: string,
  names: readonly string[],
  known: ReadonlyMap<string, unknown>,
): StreamRemedy | undefined {
  const name = names.find((each) => !known.has(each));
  return name === undefined ? undefined : { option, ...didYouMean(name, known.keys()) };
}

const qualified = (names: readonly string[], provider: string) =>
  names.map((name) => qualify(name, provider));

export function didYouMean(name: string, known: Names): Pick<Problem, 'remedy'> {
  const nearest = nearestName(name, known);
  return nearest === undefined ? {} : { remedy: `Did you mean "${nearest}"?` };
}

/** Which option of a router is wrong, and what to write instead: for names that lead nowhere, the nearest that leads somewhere. */
import type { Problem } from '../../model/problem.ts';
import { parseRule } from '../../rules/parse-rule.ts';
import { nearestName } from '../../support/nearest-name.ts';
import { qualify, qualifyTlsOptions } from '../qualified-name.ts';
import type { TcpRouter } from '../schema/tcp-section.ts';
import type { UdpRouter } from '../schema/udp-section.ts';
import type { BuiltRouter } from './build-routers.ts';
import type { Merged } from './merge.ts';
import type { RuntimeStreamRouter } from './runtime-configuration.ts';

export interface RouterRemedy {
  /** As in labels; undefined where the mistake is not one of the router's own. */
  readonly option?: string;
  readonly remedy?: NonNullable<Problem['remedy']>;
}

type Names = Iterable<string>;

/** `known` are the entry points that there are for it. */
export function httpRemedy({ planned, errors }: BuiltRouter, merged: Merged, known: Names): RouterRemedy {
  const { written, provider, using } = planned;
  const own = { written: { ...written, entryPoints: planned.entryPoints }, using, provider, errors };
  return (
    // Nobody has written the entry points of one that is offered to parents.
    (written.uplinks.length > 0 ? undefined : entryPointRemedy(own, known)) ??
    priorityRemedy(own) ??
    tlsRemedy(own, merged) ??
    serviceRemedy(own, merged.services) ??
    missing('middlewares', qualified(written.middlewares, provider), merged.middlewares) ??
    unlabelled(missing('', qualified(planned.middlewares, provider), merged.middlewares)) ??
    httpRuleRemedy(planned) ??
    {}
  );
}

export function tcpRemedy(
  router: RuntimeStreamRouter<TcpRouter>,
  merged: Merged,
  known: Names,
): RouterRemedy {
  const { middlewares } = router.written;
  return (
    entryPointRemedy(router, known) ??
    tlsRemedy(router, merged) ??
    serviceRemedy(router, merged.tcpServices) ??
    missing('middlewares', qualified(middlewares, router.provider), merged.tcpMiddlewares) ??
    tcpRuleRemedy(router) ??
    {}
  );
}

export function udpRemedy(
  router: RuntimeStreamRouter<UdpRouter>,
  merged: Merged,
  known: Names,
): RouterRemedy {
  return entryPointRemedy(router, known) ?? serviceRemedy(router, merged.udpServices) ?? {};
}

/** What routers of all kinds have in common. */
interface Judged {
  readonly written: { readonly entryPoints: readonly string[]; readonly service: string };
  readonly provider: string;
  readonly using: readonly string[];
  readonly errors: readonly string[];
}

function entryPointRemedy({ written, using }: Judged, known: Names): RouterRemedy | undefined {
  const wrong = written.entryPoints.find((name) => !using.includes(name));
  return wrong === undefined ? undefined : { option: 'entrypoints', ...didYouMean(wrong, known) };
}

const priorityRemedy = ({ errors }: Pick<BuiltRouter, 'errors'>): RouterRemedy | undefined =>
  errors.some((error) => error.startsWith('the router priority')) ? { option: 'priority' } : undefined;

interface Secured {
  readonly written: { readonly tls?: { readonly options: string } | undefined };
  readonly provider: string;
  readonly errors: readonly string[];
}

function tlsRemedy({ written, provider, errors }: Secured, { tlsOptions }: Merged): RouterRemedy | undefined {
  if (!errors.some((error) => error.startsWith('unknown TLS options'))) return undefined;
  if (!written.tls) return {};
  const name = qualifyTlsOptions(written.tls.options, provider);
  return { option: 'tls.options', ...didYouMean(name, tlsOptions.keys()) };
}

function serviceRemedy(
  { written, provider, errors }: Judged,
  services: ReadonlyMap<string, unknown>,
): RouterRemedy | undefined {
  const name = qualify(written.service, provider);
  const isMissing = errors.some((error) => error.includes(name));
  return isMissing ? missing('service', [name], services) : undefined;
}

/** A rule that nobody has written has no label. */
function httpRuleRemedy({ written, ruleProblem }: BuiltRouter['planned']): RouterRemedy | undefined {
  if (ruleProblem === undefined) return undefined;
  const { remedy } = ruleProblem;
  return { ...(written.defaultRule ? {} : { option: 'rule' }), ...(remedy === undefined ? {} : { remedy }) };
}

function tcpRuleRemedy({ written, errors }: RuntimeStreamRouter<TcpRouter>): RouterRemedy | undefined {
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
): RouterRemedy | undefined {
  const name = names.find((each) => !known.has(each));
  return name === undefined ? undefined : { option, ...didYouMean(name, known.keys()) };
}

const unlabelled = (said: RouterRemedy | undefined): RouterRemedy | undefined =>
  said && (said.remedy === undefined ? {} : { remedy: said.remedy });

const qualified = (names: readonly string[], provider: string) =>
  names.map((name) => qualify(name, provider));

function didYouMean(name: string, known: Names): Pick<Problem, 'remedy'> {
  const nearest = nearestName(name, known);
  return nearest === undefined ? {} : { remedy: `Did you mean "${nearest}"?` };
}

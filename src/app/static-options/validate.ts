/** Mistakes that no single option shows. */
import { parseListenAddress } from '../../entry-points/address.ts';
import type { Problem } from '../../model/problem.ts';
import { defaultPrecedence } from '../../routing/control/routing-options.ts';
import { nearestName } from '../../support/nearest-name.ts';
import { prometheusObjections } from './validate-prometheus.ts';
import type { StaticConfiguration } from './static-configuration.ts';

/** What is wrong with the option at `path`; whoever knows where that was written makes a problem of it. */
export interface Objection {
  readonly path: readonly string[];
  readonly severity: Problem['severity'];
  readonly text: string;
  readonly remedy?: string;
}

export function validate(configuration: StaticConfiguration): Objection[] {
  return [
    ...basePath(configuration),
    ...precedence(configuration),
    ...resolvers(configuration),
    ...otlp(configuration),
    ...prometheusObjections(configuration),
    ...addresses(configuration),
    ...sharedNames(configuration),
    ...log(configuration),
  ];
}

function basePath({ api }: StaticConfiguration): Objection[] {
  if (!api || /^\/[a-zA-Z0-9/_.:~-]*$/.test(api.basePath)) return [];
  const allowed = 'it begins with "/" and holds letters, digits and / _ . : ~ - only';
  return [wrong(['api', 'basePath'], `is ${JSON.stringify(api.basePath)}; ${allowed}`)];
}

function precedence({ providers }: StaticConfiguration): Objection[] {
  const known = defaultPrecedence;
  return providers.precedence
    .filter((name) => !known.includes(name.toLowerCase()))
    .map((name) => ({
      ...wrong(['providers', 'precedence'], `names ${JSON.stringify(name)}, which is no provider`),
      ...nearest(name, known),
    }));
}

function resolvers({ certificatesResolvers }: StaticConfiguration): Objection[] {
  return Object.entries(certificatesResolvers).flatMap(([name, { acme, tailscale }]) => {
    const path = ['certificatesResolvers', name];
    if (acme && tailscale) return wrong(path, 'has both acme and tailscale; one resolver is one of them');
    return acme?.storage === '' ? wrong([...path, 'acme', 'storage'], 'is empty') : [];
  });
}

function otlp({ log, accessLog, experimental, metrics, tracing }: StaticConfiguration): Objection[] {
  const sections = {
    log: log.otlp,
    accessLog: accessLog?.otlp,
    metrics: metrics?.otlp,
    tracing: tracing?.otlp,
  };
  return Object.entries(sections).flatMap(([name, section]) => {
    const path = [name, 'otlp'];
    const isLog = name === 'log' || name === 'accessLog';
    if (section && isLog && !experimental?.otlpLogs) return wrong(path, 'needs experimental.otlpLogs');
    const isBoth = section?.grpc?.insecure && section.grpc.tls;
    return isBoth ? wrong([...path, 'grpc'], 'is both insecure and set up for TLS; it is one of them') : [];
  });
}

function addresses({ entryPoints, hub }: StaticConfiguration): Objection[] {
  const groups = [
    { path: ['entryPoints'], named: entryPoints },
    { path: ['hub', 'uplinkEntryPoints'], named: hub.uplinkEntryPoints },
  ];
  return groups.flatMap(({ path, named }) =>
    Object.entries(named).flatMap(([name, { address }]) => {
      const parsed = parseListenAddress(address);
      if (typeof parsed !== 'string') return [];
      return wrong([...path, name, 'address'], `is ${JSON.stringify(address)}: ${parsed}`);
    }),
  );
}

function sharedNames({ entryPoints, hub }: StaticConfiguration): Objection[] {
  return Object.keys(hub.uplinkEntryPoints)
    .filter((name) => Object.hasOwn(entryPoints, name))
    .map((name) => wrong(['hub', 'uplinkEntryPoints', name], 'has the name of an entry point; take another'));
}

const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL', 'PANIC'];
const formats = ['common', 'json'];

/** As in Traefik, nobody stays without a proxy for the sake of its log. */
function log({ log: { level, format = 'common' } }: StaticConfiguration): Objection[] {
  const objections: Objection[] = [];
  const mild = (option: string, word: string, used: string, known: readonly string[]): Objection => ({
    ...wrong(['log', option], `is ${JSON.stringify(word)}; ${used} is used`),
    remedy: `Write one of ${known.join(', ')}.`,
    ...nearest(word, known),
    severity: 'warning',
  });
  if (!levels.includes(level.toUpperCase())) objections.push(mild('level', level, 'ERROR', levels));
  if (!formats.includes(format)) objections.push(mild('format', format, 'common', formats));
  return objections;
}

const wrong = (path: readonly string[], saying: string): Objection => ({
  path,
  severity: 'error',
  text: `${path.join('.')} ${saying}.`,
});

function nearest(word: string, known: readonly string[]): { remedy?: string } {
  const name = nearestName(word, known);
  return name === undefined ? {} : { remedy: `Did you mean "${name}"?` };
}

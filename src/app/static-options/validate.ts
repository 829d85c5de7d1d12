import { parseListenAddress } from '../../entry-points/address.ts';
import type { Problem } from '../../model/problem.ts';
import { nearestName } from '../../support/nearest-name.ts';
import { providerNames } from './providers.ts';
import type { StaticConfiguration } from './static-configuration.ts';

/** Mistakes that no single option shows. Paths are those of the schema. */
export function validate(configuration: StaticConfiguration): Problem[] {
  return [
    ...basePathProblems(configuration),
    ...precedenceProblems(configuration),
    ...resolverProblems(configuration),
    ...otlpProblems(configuration),
    ...entryPointProblems(configuration),
    ...logProblems(configuration),
  ];
}

function basePathProblems({ api }: StaticConfiguration): Problem[] {
  if (!api || /^\/[a-zA-Z0-9/_.:~-]*$/.test(api.basePath)) return [];
  const text = `api.basePath is ${JSON.stringify(api.basePath)}; it must begin with "/" and hold no other characters than letters, digits and / _ . : ~ -.`;
  return [wrong(text)];
}

function precedenceProblems({ providers }: StaticConfiguration): Problem[] {
  const known: readonly string[] = providerNames;
  return providers.precedence.flatMap((name) => {
    if (known.includes(name.toLowerCase())) return [];
    const nearest = nearestName(name, known);
    return wrong(`providers.precedence names "${name}", which is no provider.`, nearest);
  });
}

function resolverProblems({ certificatesResolvers }: StaticConfiguration): Problem[] {
  return Object.entries(certificatesResolvers).flatMap(([name, { acme, tailscale }]) => {
    const path = `certificatesResolvers.${name}`;
    if (acme && tailscale)
      return [wrong(`${path} has both acme and tailscale; one resolver is one of them.`)];
    return acme?.storage === '' ? [wrong(`${path}.acme.storage is empty.`)] : [];
  });
}

function otlpProblems({ log, accessLog, experimental, metrics, tracing }: StaticConfiguration): Problem[] {
  const sections = { 'log.otlp': log.otlp, 'accessLog.otlp': accessLog?.otlp };
  const logs = Object.entries(sections).filter(([, section]) => section && !experimental?.otlpLogs);
  const all = { ...sections, 'metrics.otlp': metrics?.otlp, 'tracing.otlp': tracing?.otlp };
  const doubled = Object.entries(all).filter(([, section]) => section?.grpc?.insecure && section.grpc.tls);
  return [
    ...logs.map(([path]) => wrong(`${path} needs experimental.otlpLogs.`)),
    ...doubled.map(([path]) => wrong(`${path}.grpc is both insecure and set up for TLS; it is one of them.`)),
  ];
}

function entryPointProblems({ entryPoints, hub }: StaticConfiguration): Problem[] {
  const all = { entryPoints, 'hub.uplinkEntryPoints': hub.uplinkEntryPoints };
  const shared = Object.keys(hub.uplinkEntryPoints).filter((name) => Object.hasOwn(entryPoints, name));
  return [
    ...Object.entries(all).flatMap(([path, byName]) =>
      Object.entries(byName).flatMap(([name, { address }]) => addressProblems(`${path}.${name}`, address)),
    ),
    ...shared.map((name) => wrong(`"${name}" is both an entry point and an uplink entry point.`)),
  ];
}

function addressProblems(path: string, address: string): Problem[] {
  const parsed = parseListenAddress(address);
  if (typeof parsed !== 'string') return [];
  return [wrong(`${path}.address is ${JSON.stringify(address)}: ${parsed}.`)];
}

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'panic'];

function logProblems({ log }: StaticConfiguration): Problem[] {
  const problems: Problem[] = [];
  if (!levels.includes(log.level.toLowerCase()))
    problems.push(lenient(`log.level is ${JSON.stringify(log.level)}; ERROR is used.`, log.level, levels));
  const { format = 'common' } = log;
  if (!['common', 'json'].includes(format))
    problems.push(
      lenient(`log.format is ${JSON.stringify(format)}; common is used.`, format, ['common', 'json']),
    );
  return problems;
}

const wrong = (text: string, nearest?: string): Problem => ({
  code: 'wrong-value',
  severity: 'error',
  source: {},
  text,
  ...(nearest ? { remedy: `Did you mean "${nearest}"?` } : {}),
});

function lenient(text: string, word: string, known: readonly string[]): Problem {
  return { ...wrong(text, nearestName(word, known)), severity: 'warning' };
}

/** Whether what names something names something that is there: judged by the very code that judges it at run time. */
import { SharedCells } from '../../balancing/shared-cells.ts';
import { decodeTree } from '../../config/decode.ts';
import { documentOf } from '../../config/document.ts';
import { entryPointOptions } from '../../entry-points/options.ts';
import type { Problem } from '../../model/problem.ts';
import { ContainerMerger } from '../../providers/docker/merge/container-merger.ts';
import type { Part } from '../../providers/docker/merge/part.ts';
import type { FileContent } from '../../providers/file/file-reader.ts';
import { mergeFiles } from '../../providers/file/merge-files.ts';
import { ControlRouting } from '../../routing/control/control-routing.ts';
import type { RoutingEntryPoint, RoutingOptions } from '../../routing/control/routing-options.ts';
import { providerOf } from '../../routing/qualified-name.ts';
import type { DynamicConfiguration } from '../../routing/schema/dynamic-configuration.ts';
import type { RoutingSnapshot } from '../../routing/snapshot.ts';
import { builtInOptions } from '../../tls/tls-options.ts';
import { WatchedFiles } from '../../tls/watched-files.ts';
import { routingOptions } from '../routing-options.ts';
import { loadStaticConfiguration } from '../static-options/load.ts';

/** What all files that are checked together say. */
export interface Said {
  readonly files: readonly FileContent[];
  readonly parts: readonly Part[];
}

/** Those that others may provide, whatever stands in files. */
const others: ReadonlySet<string> = new Set(['docker', 'multicluster', 'internal']);

const codes: ReadonlySet<Problem['code']> = new Set([
  'router-disabled',
  'router-incomplete',
  'service-disabled',
  'middleware-disabled',
]);

export async function referenceProblems({ files, parts }: Said): Promise<Problem[]> {
  const snapshots = [mergeFiles({ files, problems: [] }), ofContainers(parts)];
  using watched = new WatchedFiles();
  /** Files that lie where the program runs, and need not be here. */
  const absent = new Set<string>();
  const routing = await ControlRouting.create({
    options: optionsFor(snapshots),
    cells: new SharedCells({ publish: () => {} }),
    tls: { read: ({ options }) => ({ ...noMaterial, options: allSound(options) }) },
    files: {
      contents: (path) => {
        const contents = watched.contents(path);
        if ('error' in contents) absent.add(contents.error);
        return contents;
      },
    },
  });
  const isOurs = ({ code, text }: Problem) =>
    codes.has(code) && ![...absent].some((error) => text.includes(error));
  return routing
    .update(snapshots)
    .problems.filter(isOurs)
    .map((problem) => judged(problem, files.length > 0));
}

const missing = /"([^"]+)" does not exist|unknown TLS options: (\S+?)[.;]*(?:\s|$)/;

/** What only the running program can know is no mistake yet. */
function judged(problem: Problem, hasFiles: boolean): Problem {
  const [, element, options] = missing.exec(problem.text) ?? [];
  const name = element ?? options;
  const provider = name === undefined ? '' : providerOf(name);
  if (!others.has(provider) && (provider !== 'file' || hasFiles)) return problem;
  const remedy = `Nothing that is checked here provides ${name}: make sure that something else does.`;
  return { remedy, ...problem, severity: 'warning' };
}

function ofContainers(parts: readonly Part[]): RoutingSnapshot {
  const merger = new ContainerMerger();
  for (const part of parts) merger.add(part);
  const { configuration, origins } = merger.merge();
  return { provider: 'docker', configuration, origins, problems: [] };
}

/** With everything on that routers could ask for, and the entry points that they name. */
function optionsFor(snapshots: readonly RoutingSnapshot[]): RoutingOptions {
  const { configuration } = loadStaticConfiguration({ args: [], env: {}, readFile: () => undefined });
  if (configuration === undefined) throw new Error('nothing is always sound');
  const place = { entryPoint: 'traefik', manualRouting: true };
  return {
    ...routingOptions(configuration, { settings: [], apiSocket: '/' }),
    entryPoints: snapshots.flatMap((snapshot) => entryPointsOf(snapshot.configuration)),
    api: { insecure: false },
    ping: place,
    prometheus: { ...place, socket: '/' },
    multicluster: true,
  };
}

function entryPointsOf({ http, tcp, udp }: DynamicConfiguration): RoutingEntryPoint[] {
  const named = (routers: Readonly<Record<string, { readonly entryPoints: readonly string[] }>>) =>
    Object.values(routers).flatMap(({ entryPoints }) => entryPoints);
  return [
    ...[...named(http.routers), ...named(tcp.routers), 'any'].map((name) => entryPoint(name, 'tcp')),
    ...[...named(udp.routers), 'any-udp'].map((name) => entryPoint(name, 'udp')),
  ];
}

function entryPoint(name: string, protocol: RoutingEntryPoint['protocol']): RoutingEntryPoint {
  const { value: options } = decodeTree(entryPointOptions, documentOf({ address: ':1' }, {}));
  if (options === undefined) throw new Error('an address is all it needs');
  return { name, kind: 'normal', protocol, port: 1, options };
}

const noMaterial = { certificates: [], defaultCertificate: '', problems: [] };

const allSound = (options: object) =>
  Object.fromEntries(['default', ...Object.keys(options)].map((name) => [name, builtInOptions]));

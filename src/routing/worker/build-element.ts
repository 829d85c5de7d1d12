import { createServerBalancer } from '../../balancing/server-balancer.ts';
import { createServiceBalancer } from '../../balancing/service-balancer.ts';
import type { CellViews } from '../../balancing/shared-cells.ts';
import { sharedCountWords } from '../../balancing/shared-counts.ts';
import type { MiddlewareFactory } from '../../middlewares/registry.ts';
import type { Handler } from '../../model/exchange.ts';
import type {
  CellRef,
  InternalRecord,
  LoadBalancerRecord,
  MiddlewareRecord,
  RouterRecord,
  ServerRecord,
  ServiceRecord,
  WeightedRecord,
} from '../../model/wire.ts';
import type { RequestMetrics } from '../../observability/metrics/request-metrics.ts';
import type { Forwarders } from '../../proxy/forwarders.ts';
import { parseRule } from '../../rules/parse-rule.ts';
import { StreamBuilder, type StreamMaterials } from './build-stream.ts';
import type { Build, Resolve } from './element-graph.ts';
import type { BuiltOf } from './elements.ts';
import { OutsideServers } from './outside-servers.ts';
import { RouterHandler } from './router-handler.ts';
import { serverHealth } from './server-health.ts';
import { TellPeer } from './tell-peer.ts';

export interface Materials extends StreamMaterials {
  readonly forwarders: Forwarders;
  /** Answers of the worker itself. */
  readonly internal: Readonly<Record<InternalRecord['answer'], Handler>>;
  /** Behaviours loaded so far, by type. */
  readonly behaviours: ReadonlyMap<string, MiddlewareFactory>;
  /** Absent when nobody wants to know. */
  readonly metrics: RequestMetrics | undefined;
  random(): number;
}

/** Builds what a record describes out of what it names. */
export function buildElement(materials: Materials): Build {
  const streams = new StreamBuilder(materials);
  return (record, resolve) => {
    if (record.kind === 'serversTransport') return { kind: record.kind, transport: record.value };
    if (record.kind === 'service') return buildService(record.name, record.value, resolve, materials);
    if (record.kind === 'middleware') return buildMiddleware(record.name, record.value, resolve, materials);
    if (record.kind === 'router') return buildRouter(record.value, resolve, materials);
    return streams.build(record, resolve);
  };
}

function buildRouter(record: RouterRecord, resolve: Resolve, { metrics }: Materials): BuiltOf<'router'> {
  const parsed = parseRule(record.rule, { syntax: record.ruleSyntax, protocol: 'http' });
  if ('problem' in parsed) throw new Error(parsed.problem.text);
  const inner = chained(record.middlewares, resolve('service', record.service).handler, resolve);
  const own = new RouterHandler(record, inner);
  const { handler, release } = metrics?.inRouter(record, own) ?? { handler: own, release: nothing };
  return { kind: 'router', record, rule: parsed.rule, handler, release };
}

/** The first of the names is the outermost. */
function chained(names: readonly string[], inner: Handler, resolve: Resolve): Handler {
  return names.reduceRight((next, name) => resolve('middleware', name).middleware(next), inner);
}

function buildMiddleware(
  name: string,
  record: MiddlewareRecord,
  resolve: Resolve,
  { behaviours, cells, counts, forwarders, now, random }: Materials,
): BuiltOf<'middleware'> {
  const create = behaviours.get(record.type);
  if (!create) throw new Error(`the middleware type ${record.type} is not available yet`);
  const outside = new OutsideServers(forwarders);
  const middleware = create(record.options, {
    name,
    outside: (server) => outside.acquire(server),
    service: (service) => resolve('service', qualified(service, record.provider)).handler,
    file: (path) => heldBy(record, path),
    cell: (words) => cells.view(leased(record, words)),
    counts: () => counts.in(leased(record, sharedCountWords)),
    now,
    random,
  });
  return { kind: 'middleware', middleware, release: () => outside.release() };
}

/** The same code has asked for the same file on the control side. */
function heldBy({ type, files }: MiddlewareRecord, path: string): string {
  const text = files[path];
  if (text === undefined) throw new Error(`${type} has not been given what ${path} holds`);
  return text;
}

/** The same code has asked for the same number of words on the control side. */
function leased({ type, cell }: MiddlewareRecord, words: number): CellRef {
  if (cell?.words !== words)
    throw new Error(`${type} has been given ${cell?.words ?? 0} words, not ${words}`);
  return cell;
}

function qualified(name: string, provider: string): string {
  return name.includes('@') ? name : `${name}@${provider}`;
}

function buildService(
  name: string,
  record: ServiceRecord,
  resolve: Resolve,
  materials: Materials,
): BuiltOf<'service'> {
  const { handler, release } = balancerOf(name, record, resolve, materials);
  return { kind: 'service', handler: chained(record.middlewares, handler, resolve), release };
}

interface Balancer {
  readonly handler: Handler;
  release(): void;
}

function balancerOf(name: string, record: ServiceRecord, resolve: Resolve, materials: Materials): Balancer {
  if (record.type === 'loadBalancer')
    return counted(name, overServers(name, record.value, resolve, materials), materials);
  const handler =
    record.type === 'weighted'
      ? overServices(record.value, resolve, materials)
      : materials.internal[record.value.answer];
  return { handler, release: nothing };
}

/** With what this service's servers have to do. */
function counted(name: string, balancer: Balancer, { metrics }: Materials): Balancer {
  if (!metrics) return balancer;
  const { handler, release } = metrics.inService(name, balancer.handler);
  return {
    handler,
    release: () => {
      release();
      balancer.release();
    },
  };
}

function nothing(): void {
  // There is nothing to give back.
}

function overServers(
  name: string,
  record: LoadBalancerRecord,
  resolve: Resolve,
  { forwarders, cells, now }: Materials,
): Balancer {
  const { transport } = resolve('serversTransport', record.transport);
  const { passHostHeader } = record;
  const { well, watched } = serverHealth(record, { cells, now });
  const forwarding = record.servers.map((server) =>
    forwarders.acquire({ server, transport, passHostHeader }),
  );
  const servers = record.servers.map(({ weight, url }, index) => ({
    target: watched(forwarding[index]!, index),
    weight,
    name: url,
  }));
  const cell = viewOf(cells, record.cell);
  const balancer = createServerBalancer({ servers, cell, well, service: name, now });
  return {
    handler: record.servers.some(isControlPlane) ? new TellPeer(balancer) : balancer,
    release: () => {
      for (const forwarder of forwarding) forwarder.release();
    },
  };
}

const isControlPlane = ({ url }: ServerRecord): boolean => url.startsWith('unix:');

function overServices(record: WeightedRecord, resolve: Resolve, { cells, now }: Materials): Handler {
  const services = record.services.map(({ name, ...part }) => ({
    handler: resolve('service', name).handler,
    ...part,
  }));
  return createServiceBalancer({ services, cell: viewOf(cells, record.cell), now });
}

function viewOf(cells: CellViews, cell: CellRef | undefined): Int32Array | undefined {
  return cell && cells.view(cell);
}

import { HealthFlags } from '../../balancing/health-flags.ts';
import type { CellViews } from '../../balancing/shared-cells.ts';
import { ServerTurns, ServiceTurns, type Turns } from '../../balancing/turns.ts';
import type { DatagramServer, StreamHandler, StreamLayer } from '../../model/stream.ts';
import type {
  CellRef,
  TcpLoadBalancerRecord,
  TcpMiddlewareRecord,
  TcpRouterRecord,
  TcpServiceRecord,
  UdpServiceRecord,
  WeightedRecord,
} from '../../model/wire.ts';
import { parseServerAddress } from '../../proxy/stream-address.ts';
import { addressFilter } from '../../proxy/tcp/address-filter.ts';
import { connectionLimit } from '../../proxy/tcp/connection-limit.ts';
import { TcpForwarder } from '../../proxy/tcp/tcp-forwarder.ts';
import { TcpServer } from '../../proxy/tcp/tcp-server.ts';
import { TcpTransport } from '../../proxy/tcp/tcp-transport.ts';
import type { TimerWheel } from '../../proxy/timer-wheel.ts';
import { parseRule } from '../../rules/parse-rule.ts';
import type { CountsInCells } from './counts-in-cells.ts';
import type { Resolve } from './element-graph.ts';
import type { HandlerRecord } from './elements.ts';
import type { BuiltStream } from './stream-elements.ts';

export type StreamRecord = Extract<HandlerRecord, { kind: BuiltStream['kind'] }>;

export interface StreamMaterials {
  readonly cells: CellViews;
  readonly wheel: TimerWheel;
  readonly counts: CountsInCells;
  now(): number;
}

/** Builds TCP and UDP elements out of what they name. */
export class StreamBuilder {
  readonly #materials: StreamMaterials;

  constructor(materials: StreamMaterials) {
    this.#materials = materials;
  }

  build(record: StreamRecord, resolve: Resolve): BuiltStream {
    switch (record.kind) {
      case 'tcpServersTransport':
        return { kind: record.kind, transport: new TcpTransport(record.value) };
      case 'tcpService':
        return { kind: record.kind, turns: this.#tcpTurns(record.value, resolve) };
      case 'tcpMiddleware':
        return { kind: record.kind, layer: this.#layer(record.value) };
      case 'tcpRouter':
        return this.#tcpRouter(record.value, resolve);
      case 'udpService':
        return { kind: record.kind, turns: this.#udpTurns(record.value, resolve) };
      case 'udpRouter': {
        const { turns } = resolve('udpService', record.value.service);
        return { kind: record.kind, record: record.value, turns };
      }
    }
  }

  #tcpRouter(record: TcpRouterRecord, resolve: Resolve): BuiltStream {
    const parsed = parseRule(record.rule, { syntax: record.ruleSyntax, protocol: 'tcp' });
    if ('problem' in parsed) throw new Error(parsed.problem.text);
    const { turns } = resolve('tcpService', record.service);
    const { wheel } = this.#materials;
    const inner: StreamHandler = new TcpForwarder({ turns, service: record.service, wheel });
    const handler = record.middlewares.reduceRight(
      (next, name) => resolve('tcpMiddleware', name).layer(next),
      inner,
    );
    return { kind: 'tcpRouter', record, rule: parsed.rule, handler };
  }

  #layer(record: TcpMiddlewareRecord): StreamLayer {
    if (record.type === 'ipAllowList') return addressFilter(record.sourceRange);
    return connectionLimit({ amount: record.amount, counts: this.#materials.counts.in(record.cell) });
  }

  #tcpTurns({ type, value }: TcpServiceRecord, resolve: Resolve): Turns<TcpServer> {
    if (type === 'loadBalancer') return this.#tcpServers(value, resolve);
    return this.#services(value, (name) => resolve('tcpService', name).turns);
  }

  #tcpServers(record: TcpLoadBalancerRecord, resolve: Resolve): Turns<TcpServer> {
    const { transport } = resolve('tcpServersTransport', record.transport);
    const terms = {
      transport,
      terminationDelayMs: record.terminationDelayMs ?? transport.record.terminationDelayMs,
      proxyProtocol: record.proxyProtocol ?? transport.record.proxyProtocol,
    };
    const parts = record.servers.map((server) => ({
      value: new TcpServer({ ...server, ...terms }),
      weight: 1,
    }));
    const flags = this.#view(record.health);
    const well = flags && new HealthFlags(flags);
    return new ServerTurns({ parts, cell: this.#view(record.cell), well, now: this.#materials.now });
  }

  #udpTurns({ type, value }: UdpServiceRecord, resolve: Resolve): Turns<DatagramServer> {
    if (type === 'weighted') return this.#services(value, (name) => resolve('udpService', name).turns);
    const parts = value.servers.map((address) => ({ value: parseServerAddress(address), weight: 1 }));
    return new ServerTurns({ parts, cell: this.#view(value.cell), now: this.#materials.now });
  }

  #services<Server>(record: WeightedRecord, turnsOf: (name: string) => Turns<Server>): Turns<Server> {
    const parts = record.services.map(({ name, weight }) => ({ value: turnsOf(name), weight }));
    return new ServiceTurns({ parts, cell: this.#view(record.cell), now: this.#materials.now });
  }

  #view(cell: CellRef | undefined): Int32Array | undefined {
    return cell && this.#materials.cells.view(cell);
  }
}

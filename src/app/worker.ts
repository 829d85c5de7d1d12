/** The script of each worker thread: entry points, and what is served behind them. */
import { parentPort, workerData } from 'node:worker_threads';
import { CellViews } from '../balancing/shared-cells.ts';
import { EntryPoint } from '../entry-points/entry-point.ts';
import { RefusalLog, type Told } from '../entry-points/refusal-log.ts';
import { UdpEntryPoint } from '../entry-points/udp-entry-point.ts';
import type { FromWorker, ToWorker } from '../model/wire.ts';
import { Counters } from '../observability/metrics/counters.ts';
import { Ledger } from '../observability/metrics/ledger.ts';
import { RequestMetrics } from '../observability/metrics/request-metrics.ts';
import { Forwarders } from '../proxy/forwarders.ts';
import { TimerWheel } from '../proxy/timer-wheel.ts';
import { WorkerRouting } from '../routing/worker/worker-routing.ts';
import { processNow } from '../support/clock.ts';
import { TicketKeys } from '../tls/ticket-keys.ts';
import type { TlsFront } from '../tls/tls-front.ts';
import { remoteLog } from './remote-log.ts';
import type { PlacedWorkerStart } from './worker-start.ts';

if (parentPort === null) throw new Error('worker.ts is started by the worker pool, as a thread');
const port = parentPort;
const start = workerData as PlacedWorkerStart;
const say = (message: FromWorker): void => port.postMessage(message);

const ledger = new Ledger({
  opened: (page) => say({ type: 'page-opened', page }),
  closed: (id) => say({ type: 'page-closed', id }),
});
const counters = new Counters(ledger);
const metrics = start.metrics && new RequestMetrics(start.metrics, ledger);
const wheel = new TimerWheel();
const cells = new CellViews();
const log = remoteLog(say);
const ticketKeys = new TicketKeys(start.ticketKeys);
const routing = new WorkerRouting({
  forwarders: new Forwarders({ wheel }),
  cells,
  ticketKeys,
  uplinkEntryPoints: new Set(
    start.entryPoints.filter(({ kind }) => kind === 'uplink').map(({ name }) => name),
  ),
  hopsMax: start.hopsMax,
  isDiscovering: start.isDiscovering,
  terminatingStatus: start.terminatingStatus,
  wheel,
  metrics,
  place: start.place,
  now: processNow,
  random: Math.random,
});
const refusals = new RefusalLog(log);
const refuseAt =
  (entryPointName: string) =>
  (reason: string, told: Told & { readonly client: string }): void => {
    counters.count('clients_refused', { entrypoint: entryPointName, reason });
    refusals.add(reason, { entryPointName, ...told });
  };
const tcpEntryPoints = start.entryPoints.map(
  (settings) =>
    new EntryPoint({
      settings,
      wheel,
      served: {
        handler: (name, tls) => {
          const handler = routing.handler(name, tls);
          return metrics?.atEntryPoint(name, handler) ?? handler;
        },
        streams: (name) => routing.streams(name),
        tlsFront,
      },
      refuse: refuseAt(settings.name),
      onOpen: metrics?.openConnections(settings.name, 'TCP'),
      refuseRequest: (status) =>
        counters.count('requests_refused', { entrypoint: settings.name, status: String(status ?? 'none') }),
    }),
);
const udpEntryPoints = start.udpEntryPoints.map(
  (settings) =>
    new UdpEntryPoint({
      settings,
      wheel,
      turns: () => routing.datagrams(settings.name),
      refuse: refuseAt(settings.name),
      onOpen: metrics?.openConnections(settings.name, 'UDP'),
    }),
);
const entryPoints = [...tcpEntryPoints, ...udpEntryPoints];

/** There is one before any entry point opens. */
function tlsFront(): TlsFront {
  if (routing.tls === undefined) throw new Error('no generation has been committed');
  return routing.tls;
}

async function listen(): Promise<void> {
  for (const entryPoint of entryPoints) {
    try {
      await entryPoint.listen();
    } catch (error) {
      const { message } = error as Error;
      return say({ type: 'listen-failed', entryPoint: entryPoint.settings.name, error: message });
    }
  }
  say({ type: 'listening' });
}

async function stop(): Promise<void> {
  routing.terminating();
  await Promise.all(entryPoints.map((entryPoint) => entryPoint.stop()));
  say({ type: 'stopped' });
}

async function obey(message: ToWorker): Promise<void> {
  switch (message.type) {
    case 'segment':
      return cells.add(message.segment, message.memory);
    case 'part':
      return routing.take(message.put);
    case 'prepare': {
      const failures = await routing.prepare(message);
      return say({ type: 'prepared', generation: message.generation, failures });
    }
    case 'commit':
      routing.commit();
      for (const entryPoint of tcpEntryPoints) entryPoint.review();
      await routing.settled;
      return say({ type: 'committed', generation: message.generation });
    case 'discovered':
      return routing.discovered();
    case 'ticket-keys':
      return ticketKeys.replace(message.keys);
    case 'listen':
      return listen();
    case 'stop':
      return stop();
  }
}

// A rejection ends the thread, and the pool replaces it.
port.on('message', (message: ToWorker) => void obey(message));

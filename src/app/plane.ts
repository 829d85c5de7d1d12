import { SharedCells } from '../balancing/shared-cells.ts';
import type { Logger } from '../observability/logger.ts';
import { Counters } from '../observability/metrics/counters.ts';
import { Ledger } from '../observability/metrics/ledger.ts';
import { Totals } from '../observability/metrics/totals.ts';
import { ProblemBook } from '../operations/problem-book.ts';
import type { Pairing } from '../pairing/pairing.ts';
import { ControlRouting } from '../routing/control/control-routing.ts';
import { TlsMaterial } from '../tls/tls-material.ts';
import { WatchedFiles } from '../tls/watched-files.ts';
import type { SoundConfiguration } from './commands.ts';
import { Configurator } from './configurator.ts';
import { declaredEntryPoints } from './declared-entry-points.ts';
import { healthChecks } from './health-checks.ts';
import { openPairing } from './open-pairing.ts';
import { openPlaces, type Places } from './places.ts';
import { PrivateSocket } from './private-socket.ts';
import { routingOptions } from './routing-options.ts';
import type { StaticConfiguration } from './static-options/static-configuration.ts';
import { UplinkGuard } from './uplink-guard.ts';
import { WorkerPool } from './worker-pool.ts';
import { workerCount, workerStart } from './worker-start.ts';

export interface PlaneInit {
  readonly loaded: SoundConfiguration;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
  /** Whatever lives goes in here; stopping is its reverse. */
  readonly stack: AsyncDisposableStack;
}

/** The parts of a node, each knowing of those that it needs. Nothing is served yet. */
export interface Plane extends Omit<PlaneInit, 'loaded'> {
  readonly configuration: StaticConfiguration;
  readonly startedAt: Date;
  readonly places: Places;
  readonly problems: ProblemBook;
  readonly pairing: Pairing | undefined;
  readonly files: WatchedFiles;
  readonly totals: Totals;
  readonly counters: Counters;
  readonly pool: WorkerPool;
  readonly guard: UplinkGuard;
  readonly configurator: Configurator;
  /** Undefined where nobody asks. */
  readonly metricsSocket: PrivateSocket | undefined;
}

export async function assemble({ loaded, ...init }: PlaneInit): Promise<Plane> {
  const { log, stack, env } = init;
  const { configuration } = loaded;
  const startedAt = new Date();
  const declared = declaredEntryPoints(configuration);
  const problems = problemBook(log);
  problems.report('static', [...loaded.problems, ...declared.problems]);
  const { dataDirectory } = configuration;
  const places = await openPlaces({ ...declared, dataDirectory, env, log }, stack);
  const files = stack.use(new WatchedFiles());
  const pairing = await openPairing(configuration, { ...places, files, log, stack });
  const totals = new Totals();
  const counters = new Counters(new Ledger(totals.join()));
  const start = workerStart(configuration, places);
  const count = workerCount(configuration);
  const pool = stack.use(new WorkerPool({ count, start, log, counters, totals }));
  const isMeasured = configuration.metrics?.prometheus !== undefined;
  const metricsSocket = isMeasured ? stack.use(new PrivateSocket(places.directory, 'metrics')) : undefined;
  const guard = new UplinkGuard(places.settings, { isPairing: pairing !== undefined });
  const parts = {
    ...init,
    ...{ configuration, startedAt, places, problems, pairing, files },
    ...{ totals, counters, pool, guard, metricsSocket },
  };
  return { ...parts, configurator: await configuratorOf(parts) };
}

/** From what providers say to what workers serve. */
async function configuratorOf(parts: Omit<Plane, 'configurator'>): Promise<Configurator> {
  const { configuration, places, pairing, files, pool, problems, guard, metricsSocket, log, stack } = parts;
  const tls = stack.use(new TlsMaterial({ files, generated: places.certificate }));
  const cells = new SharedCells({ publish: (segment, memory) => pool.publish(segment, memory) });
  const routing = await ControlRouting.create({
    options: routingOptions(configuration, {
      settings: [...places.settings, ...places.udpSettings],
      apiSocket: places.socket.path,
      metricsSocket: metricsSocket?.path,
    }),
    cells,
    tls,
    identities: () => pairing?.uplinkTls() ?? [],
    files,
  });
  const onChange = () => configurator.announceHealth();
  const health = stack.use(healthChecks({ cells, problems, log, onChange }));
  const throttleMs = configuration.providers.providersThrottleDuration;
  const configurator = stack.use(
    new Configurator({ routing, pool, problems, guard, health, log, throttleMs }),
  );
  tls.onChange(() => configurator.refresh());
  if (pairing) followPairing(pairing, { configurator, problems });
  return configurator;
}

/** Whom uplink entry points admit is part of what workers serve. */
function followPairing(
  pairing: Pairing,
  { configurator, problems }: Pick<Plane, 'configurator' | 'problems'>,
): void {
  const tell = () => problems.report('pairing', pairing.problems());
  pairing.onChange(() => {
    // However slowly providers are followed: who is revoked must be gone.
    void configurator.settle();
    tell();
  });
  tell();
}

function problemBook(log: Logger): ProblemBook {
  return new ProblemBook({
    now: () => new Date(),
    onAppearance: ({ severity, text, ...fields }) =>
      severity === 'error' ? log.error(text, fields) : log.warn(text, fields),
  });
}

import { SharedCells } from '../balancing/shared-cells.ts';
import { formatListenAddress } from '../entry-points/address.ts';
import { migrationNotice } from '../entry-points/connection-migration.ts';
import { createLogger, type Logger } from '../observability/logger.ts';
import { Counters } from '../observability/metrics/counters.ts';
import { Ledger } from '../observability/metrics/ledger.ts';
import { Totals } from '../observability/metrics/totals.ts';
import { ProblemBook } from '../operations/problem-book.ts';
import { ControlRouting } from '../routing/control/control-routing.ts';
import { TlsMaterial } from '../tls/tls-material.ts';
import { WatchedFiles } from '../tls/watched-files.ts';
import { createApiServer } from '../surfaces/api/api-server.ts';
import { apiSurroundings } from './api-surroundings.ts';
import type { SoundConfiguration } from './commands.ts';
import { Configurator } from './configurator.ts';
import { declaredEntryPoints } from './declared-entry-points.ts';
import { healthChecks } from './health-checks.ts';
import { openPlaces } from './places.ts';
import { PrivateSocket } from './private-socket.ts';
import { createProviders } from './providers.ts';
import { routingOptions } from './routing-options.ts';
import { serveMetrics } from './serve-metrics.ts';
import { startProviders } from './start-providers.ts';
import { stopSignals } from './stop-signals.ts';
import { UplinkGuard } from './uplink-guard.ts';
import { WorkerPool } from './worker-pool.ts';
import { workerCount, workerStart } from './worker-start.ts';

export interface Surroundings {
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const nothingConfigured =
  'Nothing is configured: containers with the label traefik.enable=true are served on port 80, the API on ' +
  'http://127.0.0.1:8080/api/overview. "fairlead help" shows how to say more.';

/** Serves until it is asked to stop; the exit code. */
export async function serve(loaded: SoundConfiguration, surroundings: Surroundings): Promise<number> {
  const log = await createLogger(loaded.configuration.log);
  if (loaded.origin.kind === 'nothing') log.info(nothingConfigured);
  using signals = stopSignals({ onReopen: () => log.reopen() });
  await using stack = new AsyncDisposableStack();
  try {
    await start({ ...surroundings, loaded, log, stack });
  } catch (error) {
    process.stderr.write(`error    ${(error as Error).message}\n`);
    return 1;
  }
  await signals.asked;
  log.info('Stopping: no new connections are taken, running requests may finish.');
  return 0;
}

interface Start extends Surroundings {
  readonly loaded: SoundConfiguration;
  readonly log: Logger;
  /** Whatever lives goes in here; stopping is its reverse. */
  readonly stack: AsyncDisposableStack;
}

async function start({ loaded, log, stack, version, env }: Start): Promise<void> {
  const startedAt = new Date();
  const { configuration } = loaded;
  const declared = declaredEntryPoints(configuration);
  const problems = problemBook(log);
  problems.report('static', [...loaded.problems, ...declared.problems]);
  const { dataDirectory } = configuration;
  const places = await openPlaces({ ...declared, dataDirectory, env, log }, stack);
  const { settings, udpSettings, socket, nodeId } = places;

  const totals = new Totals();
  const counters = new Counters(new Ledger(totals.join()));
  const pool = stack.use(
    new WorkerPool({
      count: workerCount(configuration),
      start: workerStart(configuration, places),
      log,
      counters,
      totals,
    }),
  );
  const files = stack.use(new WatchedFiles());
  const tls = stack.use(new TlsMaterial({ files, generated: places.certificate }));
  const cells = new SharedCells({ publish: (segment, memory) => pool.publish(segment, memory) });
  const isMeasured = configuration.metrics?.prometheus !== undefined;
  const metricsSocket = isMeasured ? stack.use(await PrivateSocket.create('metrics')) : undefined;
  const options = routingOptions(configuration, {
    settings: [...settings, ...udpSettings],
    apiSocket: socket.path,
    metricsSocket: metricsSocket?.path,
  });
  const routing = await ControlRouting.create({
    options,
    cells,
    tls,
    files,
  });
  const guard = new UplinkGuard(settings);
  const throttleMs = configuration.providers.providersThrottleDuration;
  const health = stack.use(
    healthChecks({ cells, problems, log, onChange: () => configurator.announceHealth() }),
  );
  const configurator = stack.use(
    new Configurator({ routing, pool, problems, guard, health, log, throttleMs }),
  );
  tls.onChange(() => configurator.refresh());

  // Before the workers wait for what is under way: a stream never ends by itself.
  const stopping = new AbortController();
  stack.defer(() => stopping.abort());
  const seen = { configuration, configurator, problems, version, startedAt, nodeId };
  await socket.serve(
    createApiServer({
      surroundings: apiSurroundings(seen),
      basePath: configuration.api?.basePath ?? '/',
      onFault: (error) => log.error('The API could not answer.', { error: error.stack }),
      stopping: stopping.signal,
    }),
  );

  if (metricsSocket) {
    const { certificate } = places;
    await serveMetrics(metricsSocket, { configuration, configurator, totals, startedAt, certificate, log });
  }

  const providers = await createProviders(configuration, { files, nodeId, log, counters, version, env });
  configurator.discovery.expect(providers.map(({ name }) => name));
  for (const provider of providers) stack.use(provider);
  await startProviders(providers, (snapshot) => configurator.deliver(snapshot));
  await configurator.settle();
  guard.demand();
  await pool.listen();
  log.info('Serving.', {
    entryPoints: [
      ...settings.map((each) => `${each.name} ${formatListenAddress(each)}`),
      ...udpSettings.map((each) => `${each.name} ${formatListenAddress(each)}/udp`),
    ],
    startMs: Date.now() - startedAt.getTime(),
  });
  const notice = pool.size > 1 ? await migrationNotice() : undefined;
  if (notice !== undefined) log.info(notice);
}

function problemBook(log: Logger): ProblemBook {
  return new ProblemBook({
    now: () => new Date(),
    onAppearance: ({ severity, text, ...fields }) =>
      severity === 'error' ? log.error(text, fields) : log.warn(text, fields),
  });
}

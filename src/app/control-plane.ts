import { formatListenAddress } from '../entry-points/address.ts';
import { migrationNotice } from '../entry-points/connection-migration.ts';
import { createLogger } from '../observability/logger.ts';
import type { SoundConfiguration } from './commands.ts';
import { giveBackMemory } from './give-back-memory.ts';
import { assemble, type Plane, type PlaneInit } from './plane.ts';
import { createProviders } from './providers.ts';
import { serveSurfaces } from './serve-surfaces.ts';
import { startProviders } from './start-providers.ts';
import { stopSignals } from './stop-signals.ts';

const nothingConfigured =
  'Nothing is configured: containers with the label traefik.enable=true are served on port 80, the API on ' +
  'http://127.0.0.1:8080/api/overview. "fairlead help" shows how to say more.';

/** Serves until it is asked to stop; the exit code. */
export async function serve(
  loaded: SoundConfiguration,
  surroundings: Pick<PlaneInit, 'version' | 'env'>,
): Promise<number> {
  await using stack = new AsyncDisposableStack();
  try {
    const log = await createLogger(loaded.configuration.log);
    const signals = stack.use(stopSignals({ onReopen: () => log.reopen() }));
    await start({ ...surroundings, loaded, log, stack });
    await signals.asked;
    log.info('Stopping: no new connections are taken, running requests may finish.');
    return 0;
  } catch (error) {
    const { message, remedy } = error as Error & { remedy?: string };
    process.stderr.write(`error    ${message}\n${remedy === undefined ? '' : `         ${remedy}\n`}`);
    return 1;
  }
}

async function start(init: PlaneInit): Promise<void> {
  if (init.loaded.origin.kind === 'nothing') init.log.info(nothingConfigured);
  const plane = await assemble(init);
  await serveSurfaces(plane);
  await discover(plane);
  await listen(plane);
  giveBackMemory();
}

/** A hundred megabytes of texts and trees are worth a moment, before as much again is made out of them. */
const muchBytes = 104_857_600;

/** Starts the providers, and waits for as much as is patient to wait for. */
async function discover(plane: Plane): Promise<void> {
  const { configuration, configurator, stack } = plane;
  const providers = await createProviders(configuration, { ...plane, nodeId: plane.places.nodeId });
  configurator.discovery.expect(providers.map(({ name }) => name));
  for (const provider of providers) stack.use(provider);
  await startProviders(providers, (snapshot) => configurator.deliver(snapshot));
  giveBackMemory({ beyondBytes: muchBytes });
  await configurator.settle();
}

async function listen({ guard, pool, places, log, startedAt }: Plane): Promise<void> {
  guard.demand();
  await pool.listen();
  log.info('Serving.', {
    entryPoints: [
      ...places.settings.map((each) => `${each.name} ${formatListenAddress(each)}`),
      ...places.udpSettings.map((each) => `${each.name} ${formatListenAddress(each)}/udp`),
    ],
    startMs: Date.now() - startedAt.getTime(),
  });
  const notice = pool.size > 1 ? await migrationNotice() : undefined;
  if (notice !== undefined) log.info(notice);
}

import type { Provider, Snapshot } from '../providers/provider.ts';

/** Nobody who has not spoken by then holds up the start. */
const patienceMs = 2000;

/** Starts all providers; resolves when each has delivered something, or when patience ends. */
export async function startProviders(
  providers: readonly Provider[],
  deliver: (snapshot: Snapshot) => void,
): Promise<void> {
  const spoken = providers.map(
    (provider) =>
      new Promise<void>((resolve, reject) => {
        const receive = (snapshot: Snapshot): void => {
          deliver(snapshot);
          resolve();
        };
        provider.start(receive).catch(reject);
      }),
  );
  const { promise: impatient, resolve: lose } = Promise.withResolvers<void>();
  const timer = setTimeout(lose, patienceMs);
  try {
    await Promise.race([Promise.all(spoken), impatient]);
  } finally {
    clearTimeout(timer);
  }
}

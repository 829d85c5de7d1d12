export interface StopSignals extends Disposable {
  /** Resolves when the program is asked to end. */
  readonly asked: Promise<void>;
}

/** SIGTERM and SIGINT end the program in good order; a second one ends it at once, as does a lost parent. */
export function stopSignals({ onReopen }: { onReopen: () => void }): StopSignals {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  let isAsked = false;
  const onStop = (): void => {
    if (isAsked) process.exit(1);
    isAsked = true;
    resolve();
  };
  process.on('SIGTERM', onStop).on('SIGINT', onStop).on('SIGUSR1', onReopen);
  // Started by an old Node (see main.ts): when that one is killed, nobody would be left to ask us.
  if (process.env.FAIRLEAD_HANDED_OVER !== undefined) process.once('disconnect', onStop);
  return {
    asked,
    [Symbol.dispose]: () => {
      process.off('SIGTERM', onStop).off('SIGINT', onStop).off('SIGUSR1', onReopen);
      process.off('disconnect', onStop);
    },
  };
}

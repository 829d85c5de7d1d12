import type { Series } from '../../model/wire.ts';
import type { Total, Totals } from './totals.ts';

/** What is configured now. */
export interface ConfiguredNames {
  readonly routers: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
}

/** Nobody may be asking: so much of what has gone is kept for whoever asks late. */
const pastMax = 10_000;

/** Series of routers and services that have gone are told once more, so that nothing is missed, and then no longer. */
export class ConfiguredSeries {
  readonly #totals: Totals;
  /** Told since they have gone. */
  #told: ReadonlySet<string> = new Set();

  constructor(totals: Totals) {
    this.#totals = totals;
  }

  read(names: ConfiguredNames): Total[] {
    const gone = new Set<string>();
    const told = this.#told;
    const shown = this.#totals.read().filter(({ key, series }) => {
      if (isConfigured(series, names)) return true;
      gone.add(key);
      if (told.has(key)) this.#totals.forget(key);
      return !told.has(key);
    });
    this.#told = gone;
    return shown;
  }

  /** The configuration has changed; the names are only asked for when they are needed. */
  prune(configured: () => ConfiguredNames): void {
    if (this.#totals.pastSize <= pastMax) return;
    const names = configured();
    for (const { key, series } of this.#totals.read())
      if (!isConfigured(series, names)) this.#totals.forget(key);
  }
}

function isConfigured({ labels }: Series, { routers, services }: ConfiguredNames): boolean {
  const { router, service } = labels;
  return (router === undefined || routers.has(router)) && (service === undefined || services.has(service));
}

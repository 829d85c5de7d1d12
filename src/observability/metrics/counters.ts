import { type CounterLabels, type CounterName, counterNames } from './counter-names.ts';
import type { Ledger } from './ledger.ts';

/** Beyond, all label values of a counter are `other`: whatever goes wrong, memory and scrapes stay small. */
const seriesMax = 1000;

/** Counts events of one thread, by name and labels. */
export class Counters {
  readonly #ledger: Ledger;
  readonly #rows = new Map<string, Float64Array>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  count<Name extends CounterName>(name: Name, labels: CounterLabels<Name>, amount = 1): void {
    const names: readonly string[] = counterNames[name].labels;
    const values = names.map((label) => (labels as Readonly<Record<string, string>>)[label]!);
    this.#row(name, values)[COUNT]! += amount;
  }

  #row(name: CounterName, values: readonly string[]): Float64Array {
    const key = [name, ...values].join('\n');
    const known = this.#rows.get(key);
    if (known) return known;
    const isFull = this.#rows.size >= seriesMax;
    const shown = isFull ? values.map(() => 'other') : values;
    const row = isFull ? this.#rows.get([name, ...shown].join('\n')) : undefined;
    return row ?? this.#open(name, shown);
  }

  #open(name: CounterName, values: readonly string[]): Float64Array {
    const labels = Object.fromEntries(
      counterNames[name].labels.map((label, index) => [label, values[index]!]),
    );
    const { words } = this.#ledger.open({ name, labels }, { rows: 1, width: COUNT + 1 });
    words[KEY] = 1;
    this.#rows.set([name, ...values].join('\n'), words);
    return words;
  }
}

const KEY = 0;
const COUNT = 1;

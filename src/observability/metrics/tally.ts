import type { ClientTls } from '../../model/exchange.ts';
import type { Series } from '../../model/wire.ts';
import type { Ledger, OpenPage } from './ledger.ts';
import { BUCKETS, COUNT, KEY, type Measured, REQUEST_BYTES, RESPONSE_BYTES, SECONDS } from './request-row.ts';

/** Enough for most: a few statuses of a few methods. */
const rowsPerPage = 4;
/** Clients may choose label values. Beyond so many combinations they are `other`. */
const labelledMax = 1000;

export interface TallyInit {
  /** What this is about; no memory is taken before there is something to count. */
  readonly series: Series;
  readonly ledger: Ledger;
  /** Upper bounds of the histogram in seconds, ascending. */
  readonly bounds: Float64Array;
}

/** The requests of one entry point, router or service, as one thread counts them. */
export class Tally {
  readonly #init: TallyInit;
  readonly #bounds: Float64Array;
  /** Few enough to be looked through. */
  readonly #rows: Float64Array[] = [];
  #labelled: Map<string, Float64Array> | undefined;
  /** By version and cipher. */
  #tls: Map<string, Map<string, Float64Array>> | undefined;
  readonly #pages: OpenPage[] = [];
  /** The row that was added to last. */
  #last: Float64Array = new Float64Array(1);
  /** The page that was opened last. */
  #words = this.#last;

  constructor(init: TallyInit) {
    this.#init = init;
    this.#bounds = init.bounds;
  }

  /** This runs for each request: an addition is an addition. */
  add(key: number, { seconds, requestBytes, responseBytes }: Measured): void {
    const row = this.#last[KEY] === key ? this.#last : this.#row(key);
    row[COUNT]! += 1;
    row[SECONDS]! += seconds;
    row[REQUEST_BYTES]! += requestBytes;
    row[RESPONSE_BYTES]! += responseBytes;
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && seconds > bounds[bucket]!) bucket += 1;
    if (bucket < bounds.length) row[BUCKETS + bucket]! += 1;
  }

  /** Counts beside, by labels of which texts are made: `what` tells such counts of one tally apart. */
  addLabelled(what: string, labels: Readonly<Record<string, string>>): void {
    this.#labelledRow(what, labels)[COUNT]! += 1;
  }

  /** As `addLabelled`, for each request that comes by TLS. */
  addTls({ version, cipher }: ClientTls): void {
    this.#tls ??= new Map();
    let ciphers = this.#tls.get(version);
    if (!ciphers) this.#tls.set(version, (ciphers = new Map()));
    let row = ciphers.get(cipher);
    if (!row) {
      row = this.#labelledRow('tls', { tls_version: numbered(version), tls_cipher: cipher });
      ciphers.set(cipher, row);
    }
    row[COUNT]! += 1;
  }

  /** Nobody counts here any more; what has been counted is kept by who reads. */
  close(): void {
    for (const page of this.#pages) page.close();
  }

  #row(key: number): Float64Array {
    this.#last = this.#rows.find((row) => row[KEY] === key) ?? this.#newRow(key);
    return this.#last;
  }

  #newRow(key: number): Float64Array {
    const width = BUCKETS + this.#bounds.length;
    const at = (this.#rows.length % rowsPerPage) * width;
    if (at === 0) this.#words = this.#open(this.#init.series, { rows: rowsPerPage, width });
    const row = this.#words.subarray(at, at + width);
    row[KEY] = key;
    this.#rows.push(row);
    return row;
  }

  #labelledRow(what: string, labels: Readonly<Record<string, string>>): Float64Array {
    const values = Object.values(labels);
    const key = [what, ...values].join('\n');
    this.#labelled ??= new Map();
    const known = this.#labelled.get(key);
    if (known) return known;
    if (this.#labelled.size >= labelledMax && values.some((value) => value !== 'other'))
      return this.#labelledRow(what, Object.fromEntries(Object.keys(labels).map((name) => [name, 'other'])));
    const series = this.#init.series;
    const page = { name: `${series.name}_${what}`, labels: { ...labels, ...series.labels } };
    const row = this.#open(page, { rows: 1, width: COUNT + 1 });
    row[KEY] = 1;
    this.#labelled.set(key, row);
    return row;
  }

  #open(series: Series, size: { rows: number; width: number }): Float64Array {
    const page = this.#init.ledger.open(series, size);
    this.#pages.push(page);
    return page.words;
  }
}

/** `TLSv1.3` is called `1.3`, and `TLSv1` `1.0`. */
function numbered(version: string): string {
  const number = version.replace(/^TLSv/, '');
  return number.includes('.') ? number : `${number}.0`;
}

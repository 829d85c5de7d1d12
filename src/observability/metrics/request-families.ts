/** What has been counted of requests, under the names and labels of Traefik. */
import { requestLabels } from './request-key.ts';
import { BUCKETS, COUNT, REQUEST_BYTES, RESPONSE_BYTES, SECONDS } from './request-row.ts';
import type { Family, Sample } from './text-format.ts';
import type { Total } from './totals.ts';

const levels = ['entrypoint', 'router', 'service'] as const;
type Level = (typeof levels)[number];

export interface RequestFamiliesOptions {
  /** Upper bounds of the histograms in seconds, ascending, as they are written. */
  readonly buckets: readonly string[];
  /** The requests are also told apart by values of headers. */
  readonly hasHeaderLabels: boolean;
}

export function requestFamilies(totals: readonly Total[], options: RequestFamiliesOptions): Family[] {
  const named = Map.groupBy(totals, ({ series }) => series.name);
  return levels.flatMap((level) => familiesOf(level, named, options));
}

/** The numbers of a row stand behind its key, so that they begin one place earlier than there. */
const AFTER_KEY = 1;

function familiesOf(
  level: Level,
  named: ReadonlyMap<string, readonly Total[]>,
  { buckets, hasHeaderLabels }: RequestFamiliesOptions,
): Family[] {
  const rows = (named.get(level) ?? []).flatMap(rowsOf);
  const beside = (what: string) => (named.get(`${level}_${what}`) ?? []).map(labelled);
  const column = (index: number) =>
    rows.map(({ labels, numbers }) => ({ labels, value: numbers[index - AFTER_KEY]! }));
  const counter = (what: string, help: string, samples: readonly Sample[]): Family => ({
    name: `traefik_${level}_${what}_total`,
    type: 'counter',
    help,
    samples,
  });
  const requests = hasHeaderLabels ? beside('labelled') : column(COUNT);
  const by = `of the ${level}, by status, method and protocol.`;
  return [
    counter('requests', `Requests ${by}`, requests),
    counter('requests_tls', `Requests of the ${level} by TLS version and cipher suite.`, beside('tls')),
    {
      name: `traefik_${level}_request_duration_seconds`,
      type: 'histogram',
      help: `How long it took to answer requests ${by}`,
      samples: rows.flatMap((row) => histogram(row, buckets)),
    },
    counter('requests_bytes', `Bytes in the bodies of requests ${by}`, column(REQUEST_BYTES)),
    counter('responses_bytes', `Bytes in the bodies of responses ${by}`, column(RESPONSE_BYTES)),
    counter('retries', `Further attempts to have requests of the ${level} answered.`, beside('retries')),
  ];
}

interface Row {
  readonly labels: Readonly<Record<string, string>>;
  readonly numbers: Float64Array;
}

const rowsOf = ({ series, rows }: Total): Row[] =>
  [...rows].map(([key, numbers]) => ({ labels: { ...requestLabels(key), ...series.labels }, numbers }));

const labelled = ({ series, rows }: Total): Sample => ({
  labels: series.labels,
  value: [...rows.values()].reduce((sum, numbers) => sum + numbers[COUNT - AFTER_KEY]!, 0),
});

/** Each bucket holds what the smaller ones hold, too. */
function histogram({ labels, numbers }: Row, buckets: readonly string[]): Sample[] {
  let total = 0;
  const counted = buckets.map((le, index): Sample => {
    total += numbers[BUCKETS - AFTER_KEY + index]!;
    return { suffix: '_bucket', labels, le, value: total };
  });
  const count = numbers[COUNT - AFTER_KEY]!;
  return [
    ...counted,
    { suffix: '_bucket', labels, le: '+Inf', value: count },
    { suffix: '_sum', labels, value: numbers[SECONDS - AFTER_KEY]! },
    { suffix: '_count', labels, value: count },
  ];
}

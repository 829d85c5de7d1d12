export interface BenchOptions {
  readonly runs: number;
  readonly seconds: number;
  /** So long each proxy is under load before it is measured: compilers go on for some hundred thousand requests. */
  readonly warm: number;
  /** Names of proxies; all that are installed when absent. */
  readonly only: readonly string[] | undefined;
}

/** What a proxy did in one case, over all runs. */
export interface Row {
  readonly case: string;
  readonly proxy: string;
  readonly unit: string;
  readonly samples: readonly number[];
  /** Requests per second of each run; absent where that means nothing. */
  readonly rates?: readonly number[];
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

export function quantile(samples: readonly number[], part: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** One line per row; the last column compares with the best of the others in the same case. */
export function table(rows: readonly Row[]): string {
  const lines = [['case', 'proxy', 'median', 'spread', 'unit', 'requests/s', 'ratio']];
  for (const row of rows) {
    const { samples, rates } = row;
    lines.push([
      row.case,
      row.proxy,
      median(samples).toFixed(1),
      `${Math.min(...samples).toFixed(1)}–${Math.max(...samples).toFixed(1)}`,
      row.unit,
      rates === undefined ? '' : median(rates).toFixed(0),
      ratio(row, rows),
    ]);
  }
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function ratio(row: Row, rows: readonly Row[]): string {
  const others = rows.filter((other) => other.case === row.case && other.proxy !== row.proxy);
  if (row.proxy !== 'fairlead' || others.length === 0) return '';
  const best = Math.min(...others.map((other) => median(other.samples)));
  return best > 0 ? `${(median(row.samples) / best).toFixed(2)} ×` : '';
}

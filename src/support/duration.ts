/** Durations as Go and Traefik write them, kept as milliseconds (fractions down to the nanosecond). */

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

const part = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;

/** A whole number counts seconds; anything else is a Go duration such as `1h2m3.5s`. */
export function parseDuration(text: string): number | undefined {
  if (/^[+-]?\d+$/.test(text)) return Number(text) * 1_000;
  const unsigned = /^[+-]/.test(text) ? text.slice(1) : text;
  let total = 0;
  part.lastIndex = 0;
  while (part.lastIndex < unsigned.length || unsigned === '') {
    const match = part.exec(unsigned);
    if (!match) return undefined;
    total += Number(match[1]) * unitMs[match[2] as string]!;
  }
  return text.startsWith('-') ? -total : total;
}

/** As Go prints it: `1m0s`, `100ms`, `1.5s`, `0s`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  const sign = ms < 0 ? '-' : '';
  const size = Math.abs(ms);
  return sign + (size < 1_000 ? formatBelowSecond(size) : formatFromSecond(size));
}

function formatBelowSecond(ms: number): string {
  if (ms >= 1) return `${rounded(ms, 6)}ms`;
  if (ms >= 1e-3) return `${rounded(ms * 1e3, 3)}µs`;
  return `${Math.round(ms * 1e6)}ns`;
}

function formatFromSecond(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const seconds = `${rounded((ms - minutes * 60_000) / 1_000, 9)}s`;
  if (minutes === 0) return seconds;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes}m${seconds}` : `${hours}h${minutes % 60}m${seconds}`;
}

function rounded(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}

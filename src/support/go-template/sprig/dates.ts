import { define, type TemplateFunctions } from '../functions.ts';
import { formatTime } from '../go-time.ts';
import { TemplateError } from '../template-error.ts';
import { GoTime, type Value } from '../values.ts';

const SECOND = 1000;
const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: SECOND,
  m: 60 * SECOND,
  h: 3600 * SECOND,
};
const ROUND_UNITS: readonly [unit: string, seconds: number][] = [
  ['y', 31_536_000],
  ['mo', 2_592_000],
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
];

export function dateFunctions(now: () => Date): TemplateFunctions {
  const timeOf = (value: Value) => (value instanceof GoTime ? value.milliseconds : epoch(value, now));
  const inZone = (layout: string, value: Value, zone: string) =>
    formatTime(new GoTime(timeOf(value), knownZone(zone)), layout);
  const modify = define(
    ['string', 'any'],
    (text, value) => new GoTime(timeOf(value) + duration(text), zoneOf(value)),
  );
  const dateInZone = define(['string', 'any', 'string'], inZone);
  return {
    now: define([], () => new GoTime(now().getTime(), 'Local')),
    date: define(['string', 'any'], (layout, value) => inZone(layout, value, zoneOf(value))),
    dateInZone,
    date_in_zone: dateInZone,
    htmlDate: define(['any'], (value) => inZone('2006-01-02', value, 'Local')),
    htmlDateInZone: define(['any', 'string'], (value, zone) => inZone('2006-01-02', value, zone)),
    dateModify: modify,
    date_modify: modify,
    mustDateModify: modify,
    must_date_modify: modify,
    unixEpoch: define(['any'], (value) => String(Math.floor(timeOf(value) / SECOND))),
    ago: define(['any'], (value) => durationText(Math.round((now().getTime() - timeOf(value)) / SECOND))),
    duration: define(['any'], (value) => durationText(Number(value))),
    durationRound: define(['any'], (value) => roundedDuration(value, now)),
  };
}

function zoneOf(value: Value): string {
  return value instanceof GoTime ? value.zone : 'Local';
}

/** An unknown zone counts as UTC. */
function knownZone(zone: string): string {
  if (zone === 'Local') return zone;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone || 'UTC' }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}

function epoch(value: Value, now: () => Date): number {
  return typeof value === 'bigint' ? Number(value) * SECOND : now().getTime();
}

/** Milliseconds of `1h30m`. */
function duration(text: string): number {
  const [, sign, parts] = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+)$/.exec(text) ?? [];
  if (parts === undefined) throw new TemplateError(`time: invalid duration ${JSON.stringify(text)}`);
  let total = 0;
  for (const [, amount, unit] of parts.matchAll(/([\d.]+)([a-zµ]+)/g))
    total += Number(amount) * UNITS[unit!]!;
  return sign === '-' ? -total : total;
}

/** Seconds as Go shows them: `1h0m5s`. */
function durationText(seconds: number): string {
  const size = Math.abs(seconds);
  const [hours, minutes] = [Math.floor(size / 3600), Math.floor((size % 3600) / 60)];
  const larger = hours > 0 ? `${hours}h${minutes}m` : minutes > 0 ? `${minutes}m` : '';
  return `${seconds < 0 ? '-' : ''}${larger}${size % 60}s`;
}

/** The largest unit only: `2h`, `3mo`. */
function roundedDuration(value: Value, now: () => Date): string {
  const milliseconds =
    typeof value === 'string'
      ? duration(value)
      : value instanceof GoTime
        ? now().getTime() - value.milliseconds
        : Number(value) / 1e6;
  const seconds = Math.abs(milliseconds) / SECOND;
  const [unit, size] = ROUND_UNITS.find(([, size]) => seconds >= size) ?? ['s', 1];
  return `${milliseconds < 0 ? '-' : ''}${Math.floor(seconds / size)}${unit}`;
}

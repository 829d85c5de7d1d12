import type { GoTime } from './values.ts';

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const LAYOUT =
  /January|Jan|Monday|Mon|MST|2006|Z07:00|Z0700|-07:00|-0700|-07|[.,](?:0+|9+)(?!\d)|002|01|02|03|04|05|06|15|PM|pm|_2|1|2|3|4|5/g;

/** A time in Go's layout language, where the reference time shows the form. */
export function formatTime(time: GoTime, layout: string): string {
  const parts = partsOf(time);
  return layout.replace(LAYOUT, (element) => FORMS[element]?.(parts) ?? fraction(element, parts));
}

interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly yearDay: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly milliseconds: number;
  readonly offsetMinutes: number;
  readonly abbreviation: string;
}

const FORMS: Readonly<Record<string, (parts: Parts) => string>> = {
  January: ({ month }) => MONTHS[month]!,
  Jan: ({ month }) => MONTHS[month]!.slice(0, 3),
  Monday: ({ weekday }) => DAYS[weekday]!,
  Mon: ({ weekday }) => DAYS[weekday]!.slice(0, 3),
  MST: ({ abbreviation }) => abbreviation,
  2006: ({ year }) => padded(year, 4),
  'Z07:00': (parts) => (parts.offsetMinutes === 0 ? 'Z' : offset(parts, ':')),
  Z0700: (parts) => (parts.offsetMinutes === 0 ? 'Z' : offset(parts, '')),
  '-07:00': (parts) => offset(parts, ':'),
  '-0700': (parts) => offset(parts, ''),
  '-07': (parts) => offset(parts, '').slice(0, 3),
  '002': ({ yearDay }) => padded(yearDay, 3),
  '01': ({ month }) => padded(month + 1, 2),
  '02': ({ day }) => padded(day, 2),
  '03': ({ hour }) => padded(hour % 12 || 12, 2),
  '04': ({ minute }) => padded(minute, 2),
  '05': ({ second }) => padded(second, 2),
  '06': ({ year }) => padded(year % 100, 2),
  15: ({ hour }) => padded(hour, 2),
  PM: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  pm: ({ hour }) => (hour < 12 ? 'am' : 'pm'),
  _2: ({ day }) => String(day).padStart(2),
  1: ({ month }) => String(month + 1),
  2: ({ day }) => String(day),
  3: ({ hour }) => String(hour % 12 || 12),
  4: ({ minute }) => String(minute),
  5: ({ second }) => String(second),
};

/** The time of the zone is read off the platform's own formatter, then treated as if it were UTC. */
function partsOf({ milliseconds, zone }: GoTime): Parts {
  const offsetMinutes = zoneOffsetMinutes(milliseconds, zone);
  const shifted = new Date(milliseconds + offsetMinutes * 60_000);
  const year = shifted.getUTCFullYear();
  const midnight = Date.UTC(year, shifted.getUTCMonth(), shifted.getUTCDate());
  return {
    year,
    month: shifted.getUTCMonth(),
    day: shifted.getUTCDate(),
    weekday: shifted.getUTCDay(),
    yearDay: (midnight - Date.UTC(year, 0, 1)) / 86_400_000 + 1,
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    milliseconds: shifted.getUTCMilliseconds(),
    offsetMinutes,
    abbreviation: zoneName(milliseconds, zone),
  };
}

function zoneOffsetMinutes(milliseconds: number, zone: string): number {
  const name = zonePart(milliseconds, zone, 'longOffset');
  const match = /([+-])(\d{2}):(\d{2})/.exec(name);
  return match === null ? 0 : Number(`${match[1]}1`) * (Number(match[2]) * 60 + Number(match[3]));
}

function zoneName(milliseconds: number, zone: string): string {
  const name = zonePart(milliseconds, zone, 'short');
  return name === 'GMT' && zoneOffsetMinutes(milliseconds, zone) === 0 && zone !== 'Europe/London'
    ? 'UTC'
    : name;
}

function zonePart(milliseconds: number, zone: string, style: 'longOffset' | 'short'): string {
  const timeZone = zone === 'Local' ? undefined : zone;
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: style });
  return format.formatToParts(milliseconds).find(({ type }) => type === 'timeZoneName')?.value ?? 'UTC';
}

/** `.000` keeps zeros at the end, `.999` leaves them out. */
function fraction(element: string, { milliseconds }: Parts): string {
  const digits = padded(milliseconds, 3)
    .padEnd(9, '0')
    .slice(0, element.length - 1);
  if (element[1] === '0') return element[0] + digits;
  const short = digits.replace(/0+$/, '');
  return short === '' ? '' : element[0] + short;
}

function offset({ offsetMinutes }: Parts, separator: string): string {
  const size = Math.abs(offsetMinutes);
  return `${offsetMinutes < 0 ? '-' : '+'}${padded(Math.floor(size / 60), 2)}${separator}${padded(size % 60, 2)}`;
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}

import { parseBoolean } from '../support/booleans.ts';
import { parseDuration } from '../support/duration.ts';
import type { OptionMeta } from './options.ts';

type Kind = OptionMeta['kind'];

const int64Max = 2n ** 63n - 1n;

/** The value that a text stands for, or undefined when it stands for none of that kind. */
export function parseScalar(kind: Kind, text: string): unknown {
  switch (kind) {
    case 'text':
      return text;
    case 'flag':
      return parseBoolean(text);
    case 'integer':
      return parseInteger(text);
    case 'int64':
      return parseInt64(text);
    case 'decimal':
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
    case 'duration':
      return parseDuration(text);
    case 'list':
      return text.split(',').map((item) => item.trim());
    default:
      return undefined;
  }
}

const expectations: Partial<Record<Kind, string>> = {
  flag: 'true or false',
  integer: 'a whole number',
  int64: 'a whole number of at most 64 bits',
  decimal: 'a number',
  duration: 'a number of seconds or a duration such as 500ms, 10s or 1h30m',
};

export const expectationOf = (kind: Kind): string => expectations[kind] ?? 'a single value';

const digits = /^[+-]?\d+$/;

function parseInteger(text: string): number | undefined {
  const value = digits.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

function parseInt64(text: string): bigint | undefined {
  if (!digits.test(text)) return undefined;
  const value = BigInt(text.replace(/^\+/, ''));
  return value <= int64Max && value >= -int64Max - 1n ? value : undefined;
}

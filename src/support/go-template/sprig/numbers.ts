import { define, defineRest, type TemplateFunctions } from '../functions.ts';
import { TemplateError } from '../template-error.ts';
import type { Value } from '../values.ts';

const LIST_LENGTH_MAX = 100_000;

export const numberFunctions: TemplateFunctions = {
  atoi: define(['string'], (text) => (/^[+-]?\d+$/.test(text) ? int64(BigInt(text.replace(/^\+/, ''))) : 0n)),
  int: define(['any'], toInteger),
  int64: define(['any'], toInteger),
  float64: define(['any'], toFloat),
  toDecimal: define(['any'], (value) => (/^[0-7]+$/.test(String(value)) ? BigInt(`0o${String(value)}`) : 0n)),
  add1: define(['any'], (value) => int64(toInteger(value) + 1n)),
  add: defineRest([], 'any', (...values) => integers(values).reduce((sum, value) => int64(sum + value), 0n)),
  sub: define(['any', 'any'], (one, other) => int64(toInteger(one) - toInteger(other))),
  mul: defineRest(['any'], 'any', (...values) =>
    integers(values).reduce((product, value) => int64(product * value)),
  ),
  div: define(['any', 'any'], (one, other) => int64(toInteger(one) / divisor(other))),
  mod: define(['any', 'any'], (one, other) => toInteger(one) % divisor(other)),
  add1f: define(['any'], (value) => decimal(toFloat(value) + 1)),
  addf: defineRest([], 'any', (...values) => floats(values).reduce((sum, value) => decimal(sum + value), 0)),
  subf: defineRest(['any'], 'any', (...values) =>
    floats(values).reduce((one, other) => decimal(one - other)),
  ),
  mulf: defineRest(['any'], 'any', (...values) =>
    floats(values).reduce((one, other) => decimal(one * other)),
  ),
  divf: defineRest(['any'], 'any', (...values) => floats(values).reduce(quotient)),
  max: defineRest(['any'], 'any', (...values) =>
    integers(values).reduce((one, other) => (one > other ? one : other)),
  ),
  biggest: defineRest(['any'], 'any', (...values) =>
    integers(values).reduce((one, other) => (one > other ? one : other)),
  ),
  min: defineRest(['any'], 'any', (...values) =>
    integers(values).reduce((one, other) => (one < other ? one : other)),
  ),
  maxf: defineRest(['any'], 'any', (...values) => Math.max(...floats(values))),
  minf: defineRest(['any'], 'any', (...values) => Math.min(...floats(values))),
  ceil: define(['any'], (value) => Math.ceil(toFloat(value))),
  floor: define(['any'], (value) => Math.floor(toFloat(value))),
  round: defineRest(['any', 'int'], 'any', (value, digits, half = 0.5) =>
    rounded(toFloat(value), Number(digits), toFloat(half)),
  ),
  until: define(['int'], (count) => steps(0n, count, count < 0n ? -1n : 1n)),
  untilStep: define(['int', 'int', 'int'], steps),
  seq: defineRest([], 'int', (...bounds) => sequence(bounds)),
};

/** Integers wrap around at 64 bits. */
function int64(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

export function toInteger(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'number') return Number.isFinite(value) ? int64(BigInt(Math.trunc(value))) : 0n;
  if (typeof value !== 'string') return 0n;
  const text = value.replace(/\.0*$/, '');
  const match = /^([+-]?)(0[xXbBoO][\da-fA-F]+|0[0-7]*|[1-9]\d*)$/.exec(text);
  if (match === null) return 0n;
  const size = BigInt(/^0[0-7]+$/.test(match[2]!) ? `0o${match[2]}` : match[2]!);
  return int64(match[1] === '-' ? -size : size);
}

export function toFloat(value: Value): number {
  if (typeof value === 'string')
    return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value) ? Number(value) : 0;
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
    ? Number(value)
    : 0;
}

function integers(values: readonly Value[]): bigint[] {
  return values.map(toInteger);
}

function floats(values: readonly Value[]): number[] {
  return values.map(toFloat);
}

function divisor(value: Value): bigint {
  const number = toInteger(value);
  if (number === 0n) throw new TemplateError('integer divide by zero');
  return number;
}

/** Sprig computes with decimal numbers: 0.1 + 0.2 is 0.3. */
function decimal(value: number): number {
  return Number(value.toPrecision(15));
}

function quotient(one: number, other: number): number {
  if (other === 0) throw new TemplateError('decimal division by 0');
  return one / other;
}

function rounded(value: number, digits: number, half: number): number {
  const scale = 10 ** digits;
  const scaled = scale * value;
  const rest = scaled - Math.trunc(scaled);
  return (rest >= half ? Math.ceil(scaled) : Math.floor(scaled)) / scale;
}

function steps(start: bigint, stop: bigint, step: bigint): Value[] {
  const list: Value[] = [];
  if (step === 0n || stop < start !== step < 0n) return list;
  if ((stop - start) / step > LIST_LENGTH_MAX) throw new TemplateError('the list is too long');
  for (let value = start; step > 0n ? value < stop : value > stop; value += step) list.push(value);
  return list;
}

/** As the command `seq`: up to, from and to, or from, step and to. */
function sequence(bounds: readonly bigint[]): string {
  const [one = 0n, two = 0n, three = 0n] = bounds;
  if (bounds.length === 0 || bounds.length > 3) return '';
  const [start, stop] = bounds.length === 1 ? [1n, one] : [one, bounds.length === 2 ? two : three];
  const step = bounds.length === 3 ? two : stop < start ? -1n : 1n;
  return steps(start, stop + (step < 0n ? -1n : 1n), step).join(' ');
}

import { goExponent, plain, quoted, shortestFloat } from './print.ts';
import { TemplateError } from './template-error.ts';
import { isList, typeName, type Value } from './values.ts';

const DIRECTIVE = /%([-+# 0]*)(\d+|\*)?(?:\.(\d+|\*)?)?([a-zA-Z%])|%(.?)/gu;
const HAS_PRECISION = /%[-+# 0]*(?:\d+|\*)?\./;
const WIDTH_MAX = 10_000;

interface Directive {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly verb: string;
}

/** Go's `Sprintf`; a verb that does not fit is shown in the text, as there. */
export function sprintf(format: string, args: readonly Value[]): string {
  let next = 0;
  const number = (part: string | undefined) => (part === '*' ? Number(args[next++] ?? 0) : Number(part ?? 0));
  const text = format.replace(DIRECTIVE, (whole, flags = '', width, precision, verb = '', stray = '') => {
    if (verb === '%') return '%';
    if (verb === '') return stray === '' ? '%!(NOVERB)' : `%!${stray}(NOVERB)`;
    const directive = {
      flags,
      width: number(width),
      precision: HAS_PRECISION.test(whole) ? number(precision) : undefined,
      verb,
    };
    return next < args.length ? formatted(directive, args[next++]!) : `%!${verb}(MISSING)`;
  });
  const extra = args.slice(next).map((arg) => `${typeName(arg)}=${plain(arg)}`);
  return extra.length === 0 ? text : `${text}%!(EXTRA ${extra.join(', ')})`;
}

function formatted(directive: Directive, value: Value): string {
  const { flags, width, verb } = directive;
  if (width > WIDTH_MAX || (directive.precision ?? 0) > WIDTH_MAX)
    throw new TemplateError('printf: too wide');
  const text =
    isList(value) && verb !== 'v' && verb !== 'T' ? elements(directive, value) : verbText(directive, value);
  if (flags.includes('-')) return text.padEnd(width);
  const zeros =
    flags.includes('0') && (typeof value === 'bigint' || typeof value === 'number' || verb === 's');
  return zeros ? zeroPadded(text, width) : text.padStart(width);
}

function elements(directive: Directive, list: readonly Value[]): string {
  return `[${list.map((item) => formatted({ ...directive, width: 0 }, item)).join(' ')}]`;
}

function zeroPadded(text: string, width: number): string {
  const sign = /^[+-]?/.exec(text)![0];
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}

function verbText(directive: Directive, value: Value): string {
  if (directive.verb === 'T') return typeName(value);
  const text = fitting(directive, value);
  return text ?? `%!${directive.verb}(${value === null ? '<nil>' : `${typeName(value)}=${plain(value)}`})`;
}

function fitting(directive: Directive, value: Value): string | undefined {
  if (directive.verb === 'v') return signed(directive, value, plain(value));
  switch (typeof value) {
    case 'string':
      return textVerb(directive, value);
    case 'bigint':
      return signed(directive, value, integerVerb(directive, value));
    case 'number':
      return signed(directive, value, floatVerb(directive, value));
    case 'boolean':
      return directive.verb === 't' ? String(value) : undefined;
    default:
      return directive.verb === 's' && value !== null ? plain(value) : undefined;
  }
}

function signed({ flags }: Directive, value: Value, text: string | undefined): string | undefined {
  const number = typeof value === 'bigint' || typeof value === 'number';
  if (text === undefined || !number || value < 0) return text;
  return flags.includes('+') ? `+${text}` : flags.includes(' ') ? ` ${text}` : text;
}

function textVerb({ verb, precision }: Directive, value: string): string | undefined {
  const cut = precision === undefined ? value : [...value].slice(0, precision).join('');
  if (verb === 's') return cut;
  if (verb === 'q') return quoted(cut);
  if (verb !== 'x' && verb !== 'X') return undefined;
  const hex = Buffer.from(value).toString('hex');
  return verb === 'x' ? hex : hex.toUpperCase();
}

const BASES: Readonly<Record<string, readonly [radix: number, prefix: string]>> = {
  d: [10, ''],
  b: [2, '0b'],
  o: [8, '0'],
  x: [16, '0x'],
  X: [16, '0X'],
};

function integerVerb({ verb, flags, precision = 0 }: Directive, value: bigint): string | undefined {
  if (verb === 'c') return String.fromCodePoint(Number(value));
  if (verb === 'q') return `'${String.fromCodePoint(Number(value))}'`;
  if (verb === 'U') return `U+${value.toString(16).toUpperCase().padStart(4, '0')}`;
  const base = BASES[verb];
  if (base === undefined) return undefined;
  const size = (value < 0n ? -value : value).toString(base[0]).padStart(precision, '0');
  const digits = verb === 'X' ? size.toUpperCase() : size;
  return `${value < 0n ? '-' : ''}${flags.includes('#') ? base[1] : ''}${digits}`;
}

function floatVerb({ verb, precision }: Directive, value: number): string | undefined {
  if (verb === 'f' || verb === 'F') return value.toFixed(Math.min(precision ?? 6, 100));
  if (verb === 'e' || verb === 'E') {
    const text = goExponent(value.toExponential(Math.min(precision ?? 6, 100)));
    return verb === 'E' ? text.toUpperCase() : text;
  }
  if (verb !== 'g' && verb !== 'G') return undefined;
  return precision === undefined ? shortestFloat(value) : significantDigits(value, Math.max(1, precision));
}

function significantDigits(value: number, count: number): string {
  const cut = Number(value.toPrecision(Math.min(count, 100)));
  const [digits, exponent] = cut.toExponential().replace(/[-.]/g, '').split('e');
  const fits = count > digits!.length && digits!.length > Number(exponent);
  return shortestFloat(cut, fits ? digits!.length : count);
}

import { formatTime } from './go-time.ts';
import { Dictionary, GoTime, isList, type Struct, type Value } from './values.ts';

/** What an action prints. */
export function display(value: Value): string {
  return value === null ? '<no value>' : plain(value);
}

/** `%v`. */
export function plain(value: Value): string {
  if (value === null) return '<nil>';
  if (typeof value === 'number') return shortestFloat(value);
  if (isList(value)) return `[${value.map(plain).join(' ')}]`;
  if (value instanceof Dictionary) {
    return `map[${value
      .sortedKeys()
      .map((key) => `${key}:${plain(value.get(key)!)}`)
      .join(' ')}]`;
  }
  if (value instanceof GoTime) return formatTime(value, '2006-01-02 15:04:05.999999999 -0700 MST');
  if (typeof value === 'object')
    return `{${Object.values(value as Struct)
      .map(plain)
      .join(' ')}}`;
  return String(value);
}

/** `print`: blanks only between operands of which neither is a text. */
export function concatenated(values: readonly Value[]): string {
  let text = '';
  values.forEach((value, index) => {
    const blank = index > 0 && typeof value !== 'string' && typeof values[index - 1] !== 'string';
    text += (blank ? ' ' : '') + plain(value);
  });
  return text;
}

/** A float as `%v` shows it: the shortest digits, with an exponent below -4 and from `exponentMax` on. */
export function shortestFloat(value: number, exponentMax = 6): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  const scientific = value.toExponential();
  const exponent = Number(scientific.slice(scientific.indexOf('e') + 1));
  return exponent < -4 || exponent >= exponentMax ? goExponent(scientific) : String(value);
}

/** Go writes an exponent with a sign and two digits at least. */
export function goExponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

/** A text in double quotes with Go's escapes. */
export function quoted(text: string): string {
  const escaped = text.replace(/["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (character) => {
    const known = QUOTE_ESCAPES[character];
    if (known !== undefined) return known;
    const point = character.codePointAt(0)!;
    if (point < 0x80) return `\\x${point.toString(16).padStart(2, '0')}`;
    return point > 0xffff
      ? `\\U${point.toString(16).padStart(8, '0')}`
      : `\\u${point.toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}

const QUOTE_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

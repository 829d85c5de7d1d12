import { define, defineRest, type TemplateFunctions } from '../functions.ts';
import { plain, quoted } from '../print.ts';
import { TemplateError } from '../template-error.ts';
import { Dictionary, isList, type Value } from '../values.ts';
import { camelCase, delimitedCase, swapCase, titleCase } from './letter-case.ts';

const TEXT_LENGTH_MAX = 256 * 1024;

export const stringFunctions: TemplateFunctions = {
  abbrev: define(['int', 'string'], (width, text) => abbreviated(text, 0, Number(width))),
  abbrevboth: define(['int', 'int', 'string'], (offset, width, text) =>
    abbreviated(text, Number(offset), Number(width)),
  ),
  trunc: define(['int', 'string'], truncated),
  trim: define(['string'], (text) => text.trim()),
  upper: define(['string'], (text) => text.toUpperCase()),
  lower: define(['string'], (text) => text.toLowerCase()),
  title: define(['string'], titleCase),
  untitle: define(['string'], (text) =>
    text.replace(/(^|\s)(\S)/gu, (_, blank, first) => blank + first.toLowerCase()),
  ),
  substr: define(['int', 'int', 'string'], substring),
  repeat: define(['int', 'string'], repeated),
  trimall: define(['string', 'string'], trimAll),
  trimAll: define(['string', 'string'], trimAll),
  trimSuffix: define(['string', 'string'], (suffix, text) => withoutSuffix(text, suffix)),
  trimPrefix: define(['string', 'string'], (prefix, text) =>
    text.startsWith(prefix) ? text.slice(prefix.length) : text,
  ),
  nospace: define(['string'], (text) => text.replace(/\s/g, '')),
  initials: define(['string'], (text) => (text.match(/(?<!\S)\S/gu) ?? []).join('')),
  swapcase: define(['string'], swapCase),
  snakecase: define(['string'], (text) => delimitedCase(text, '_')),
  kebabcase: define(['string'], (text) => delimitedCase(text, '-')),
  camelcase: define(['string'], camelCase),
  wrap: define(['int', 'string'], (width, text) => wrapped(text, Number(width), '\n', false)),
  wrapWith: define(['int', 'string', 'string'], (width, between, text) =>
    wrapped(text, Number(width), between, true),
  ),
  contains: define(['string', 'string'], (part, text) => text.includes(part)),
  hasPrefix: define(['string', 'string'], (prefix, text) => text.startsWith(prefix)),
  hasSuffix: define(['string', 'string'], (suffix, text) => text.endsWith(suffix)),
  quote: defineRest([], 'any', (...values) =>
    present(values)
      .map((value) => quoted(plain(value)))
      .join(' '),
  ),
  squote: defineRest([], 'any', (...values) =>
    present(values)
      .map((value) => `'${plain(value)}'`)
      .join(' '),
  ),
  cat: defineRest([], 'any', (...values) => present(values).map(plain).join(' ')),
  indent: define(['int', 'string'], indented),
  nindent: define(['int', 'string'], (width, text) => `\n${indented(width, text)}`),
  replace: define(['string', 'string', 'string'], (old, replacement, text) =>
    text.replaceAll(old, () => replacement),
  ),
  plural: define(['string', 'string', 'int'], (one, many, count) => (count === 1n ? one : many)),
  toString: define(['any'], plain),
  toStrings: define(['any'], texts),
  join: define(['string', 'any'], (separator, list) => texts(list).join(separator)),
  split: define(['string', 'string'], (separator, text) => numbered(text.split(separator))),
  splitn: define(['string', 'int', 'string'], (separator, count, text) =>
    numbered(splitTimes(text, separator, Number(count))),
  ),
  splitList: define(['string', 'string'], (separator, text) =>
    separator === '' ? [...text] : text.split(separator),
  ),
};

/** What `join` and its kin make of a value: a list of texts without nil. */
export function texts(value: Value): string[] {
  if (value === null) return [];
  return isList(value) ? present(value).map(plain) : [plain(value)];
}

function present(values: readonly Value[]): Value[] {
  return values.filter((value) => value !== null);
}

function abbreviated(text: string, offset: number, width: number): string {
  if (width < 4 || (offset > 0 && width < 7) || text.length <= width) return text;
  const start = Math.min(offset, text.length);
  if (start <= 4) return `${text.slice(0, width - 3)}...`;
  if (start + width - 3 < text.length) return `...${abbreviated(text.slice(start), 0, width - 3)}`;
  return `...${text.slice(text.length - (width - 3))}`;
}

/** Lengths are in bytes, as in Go. */
function truncated(length: bigint, text: string): string {
  const bytes = Buffer.from(text);
  if (length < 0n)
    return -Number(length) < bytes.length ? bytes.toString('utf8', bytes.length + Number(length)) : text;
  return Number(length) < bytes.length ? bytes.toString('utf8', 0, Number(length)) : text;
}

function substring(start: bigint, end: bigint, text: string): string {
  const bytes = Buffer.from(text);
  const last = start >= 0n && (end < 0n || end > bytes.length) ? bytes.length : Number(end);
  if (last < 0 || Number(start) > last || last > bytes.length)
    throw new TemplateError('slice bounds out of range');
  return bytes.toString('utf8', Math.max(0, Number(start)), last);
}

function repeated(count: bigint, text: string): string {
  if (count < 0n) throw new TemplateError('negative repeat count');
  if (Number(count) * text.length > TEXT_LENGTH_MAX) throw new TemplateError('the text is too long');
  return text.repeat(Number(count));
}

function trimAll(characters: string, text: string): string {
  const all = [...text];
  const start = all.findIndex((character) => !characters.includes(character));
  const end = all.findLastIndex((character) => !characters.includes(character));
  return start === -1 ? '' : all.slice(start, end + 1).join('');
}

function withoutSuffix(text: string, suffix: string): string {
  return suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
}

function indented(width: bigint, text: string): string {
  const pad = repeated(width, ' ');
  return pad + text.replaceAll('\n', `\n${pad}`);
}

function numbered(parts: readonly string[]): Dictionary {
  return new Dictionary(
    parts.map((part, index) => [`_${index}`, part]),
    '',
  );
}

/** At most `count` parts; the last one holds the rest. */
function splitTimes(text: string, separator: string, count: number): string[] {
  const parts = text.split(separator);
  if (count < 0 || parts.length <= count) return parts;
  return count === 0 ? [] : [...parts.slice(0, count - 1), parts.slice(count - 1).join(separator)];
}

/** Lines of at most `width` characters, broken at blanks; words that are longer are cut when asked. */
function wrapped(text: string, width: number, between: string, cuts: boolean): string {
  const size = Math.max(1, width);
  const lines: string[] = [];
  let rest = text;
  while (rest.length > size) {
    rest = rest.replace(/^ /, '');
    const blank = rest.lastIndexOf(' ', size);
    const end = blank > 0 || cuts ? (blank > 0 ? blank : size) : rest.indexOf(' ', size);
    if (end === -1 || rest.length <= size) break;
    lines.push(rest.slice(0, end));
    rest = rest.slice(rest[end] === ' ' ? end + 1 : end);
  }
  return [...lines, rest].join(between);
}

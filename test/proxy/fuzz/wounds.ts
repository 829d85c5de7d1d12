/** Wounds that look like what people and attackers send: most keep the grammar of HTTP nearly whole. */
import { pick, type Random } from './random.ts';

type Wound = (text: string, random: Random) => string;

const odd = [
  ...['\r', '\n', '\r\n', '\r\r\n', '\n\r\n', '\r\n\r\n', '\r\n ', '\r\n\t'],
  ...[' ', '\t', '\0', '\x0b', '\x0c', '\x1f', '\x7f', '\x80', '\x85', '\xa0', '\xff'],
  ...[':', ',', ';', '=', '"', '\\', '/', '?', '#', '%', '@', '[', '(', '{', '<'],
  ...['0', '1', 'f', 'x', '-', '+', '_', '.', '0x', '00', '%00', '%0d%0a', '%2f..'],
];
const ends = [
  '\n',
  '\r',
  '\r\r\n',
  '\n\r',
  '\r\n\r\n',
  '\r\n ',
  '\r\n\t',
  ' \r\n',
  '\t\r\n',
  '',
  '\r\n\0',
  '\0\r\n',
];
const colons = [':', ' : ', ' :', ':\t', '\t:', ': \t', '::', ' ', '=', ':\x0b', ':\0', ':\r\n '];
const numbers = [
  '0',
  '1',
  '2',
  '3',
  '5',
  '-1',
  '+3',
  '03',
  '0x3',
  '3 ',
  ' 3',
  '3,3',
  '3, 4',
  '3.0',
  '1e1',
  '٣',
  'ff',
];
const huge = ['99999999999999999999', '9007199254740993', '4294967299', 'fffffffffffffffff', '100000003'];

const wounds: readonly Wound[] = [
  /** Puts something odd somewhere. */
  (text, random) => splice(text, { at: random(text.length + 1), drop: 0, put: pick(odd, random) }),
  /** Puts it in place of something. */
  (text, random) => splice(text, { at: random(text.length), drop: 1 + random(3), put: pick(odd, random) }),
  (text, random) => splice(text, { at: random(text.length), drop: 1 + random(6), put: '' }),
  (text, random) => splice(text, { at: random(text.length), drop: 1, put: String.fromCharCode(random(256)) }),
  /** Ends a line otherwise. */
  (text, random) => replaceOne(text, { of: /\r\n/g, by: pick(ends, random), random }),
  (text, random) => replaceOne(text, { of: /: ?/g, by: pick(colons, random), random }),
  (text, random) => replaceOne(text, { of: /\d+/g, by: pick(numbers, random), random }),
  (text, random) => replaceOne(text, { of: /\d+/g, by: pick(huge, random), random }),
  (text, random) =>
    replaceOne(text, { of: /[a-zA-Z]/g, by: pick(['K', 'k', '\u00ff', 'X', '%61'], random), random }),
  repeatLine,
  swapLines,
  repeatPart,
  (text, random) => text.slice(0, random(text.length + 1)),
];

/** The text with up to `count` wounds. */
export function wounded(text: string, { count, random }: { count: number; random: Random }): string {
  let result = text;
  for (; count > 0 && result !== ''; count--) result = pick(wounds, random)(result, random);
  return latin1(result);
}

/** The beginning of one text and the end of another. */
export function spliced(one: string, other: string, random: Random): string {
  return one.slice(0, random(one.length + 1)) + other.slice(random(other.length + 1));
}

interface Splice {
  readonly at: number;
  readonly drop: number;
  readonly put: string;
}

function splice(text: string, { at, drop, put }: Splice): string {
  return text.slice(0, at) + put + text.slice(at + drop);
}

function replaceOne(
  text: string,
  { of, by, random }: { readonly of: RegExp; readonly by: string; readonly random: Random },
): string {
  const places = [...text.matchAll(of)];
  if (places.length === 0) return text;
  const place = pick(places, random);
  return splice(text, { at: place.index, drop: place[0].length, put: by });
}

function repeatLine(text: string, random: Random): string {
  const lines = text.split('\r\n');
  const line = pick(lines, random);
  lines.splice(random(lines.length + 1), 0, line);
  return lines.join('\r\n');
}

function swapLines(text: string, random: Random): string {
  const lines = text.split('\r\n');
  const one = random(lines.length);
  const other = random(lines.length);
  [lines[one], lines[other]] = [lines[other]!, lines[one]!];
  return lines.join('\r\n');
}

function repeatPart(text: string, random: Random): string {
  const at = random(text.length);
  const part = text.slice(at, at + 1 + random(20));
  return splice(text, { at, drop: 0, put: part });
}

/** What does not fit into one byte goes as UTF-8. */
function latin1(text: string): string {
  return /[^\0-\xff]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}

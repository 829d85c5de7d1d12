/** Code points as sorted ranges that do not touch. */
export type CharacterSet = readonly (readonly [from: number, to: number])[];

const LAST = 0x10ffff;

export const DIGITS: CharacterSet = ranges('09');
export const WORD: CharacterSet = ranges('09AZ__az');
export const SPACE: CharacterSet = ranges('\t\n\f\r  ');
export const NOT_NEWLINE: CharacterSet = complement(ranges('\n\n'));
export const ANYTHING: CharacterSet = [[0, LAST]];

export function union(sets: readonly CharacterSet[]): CharacterSet {
  const merged: [number, number][] = [];
  for (const [from, to] of sets.flat().sort(([one], [other]) => one - other)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

export function complement(set: CharacterSet): CharacterSet {
  const rest: [number, number][] = [];
  let next = 0;
  for (const [from, to] of set) {
    if (from > next) rest.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= LAST) rest.push([next, LAST]);
  return rest;
}

export function intersects(one: CharacterSet, other: CharacterSet): boolean {
  return one.some(([from, to]) => other.some(([start, end]) => from <= end && start <= to));
}

/** With both cases of its letters; undefined when it holds letters beyond ASCII. */
export function folded(set: CharacterSet): CharacterSet | undefined {
  if (set.some(([, to]) => to > 0x7f)) return undefined;
  const shifted = (from: number, to: number, by: number): CharacterSet =>
    set.flatMap(([start, end]) => {
      const [low, high] = [Math.max(start, from), Math.min(end, to)];
      return low <= high ? [[low + by, high + by] as const] : [];
    });
  const cases = union([set, shifted(0x41, 0x5a, 32), shifted(0x61, 0x7a, -32)]);
  // The Kelvin sign and the long s fold to ASCII letters.
  const kelvin: CharacterSet = intersects(cases, ranges('kk')) ? [[0x212a, 0x212a]] : [];
  const longS: CharacterSet = intersects(cases, ranges('ss')) ? [[0x17f, 0x17f]] : [];
  return union([cases, longS, kelvin]);
}

/** The set as a piece of a native pattern with the flag `u`. */
export function setSource(set: CharacterSet): string {
  const [first] = set;
  if (first === undefined) return '[]';
  if (set.length === 1 && first[0] === first[1]) return pointSource(first[0]);
  return `[${set.map(([from, to]) => `${pointSource(from)}-${pointSource(to)}`).join('')}]`;
}

function pointSource(point: number): string {
  const character = String.fromCodePoint(point);
  return /[0-9A-Za-z]/.test(character) ? character : `\\u{${point.toString(16)}}`;
}

/** Pairs of first and last characters. */
function ranges(pairs: string): CharacterSet {
  const points = [...pairs].map((character) => character.charCodeAt(0));
  const list = points.flatMap((from, index) =>
    index % 2 === 0 ? [[from, points[index + 1]!] as const] : [],
  );
  return union([list]);
}

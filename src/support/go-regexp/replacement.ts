/** A piece of a replacement: literal text, or the number of a group. */
export type Piece = string | number;

const REFERENCE = /\$(?:\$|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu;

/**
 * Reads Go's expansion syntax: `$name`, `${name}`, `$1`, `$$`. The longest name counts, so that `$1x` is the
 * group called "1x"; a group that does not exist is empty; any other `$` stands for itself.
 */
export function parseReplacement(template: string, groups: Readonly<Record<string, number>>): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of template.matchAll(REFERENCE)) {
    pieces.push(template.slice(end, match.index));
    pieces.push(pieceOf(match[1] ?? match[2], groups));
    end = match.index + match[0].length;
  }
  pieces.push(template.slice(end));
  return pieces.filter((piece) => piece !== '');
}

function pieceOf(name: string | undefined, groups: Readonly<Record<string, number>>): Piece {
  if (name === undefined) return '$';
  if (/^(?:0|[1-9]\d{0,7})$/.test(name)) return Number(name);
  return Object.hasOwn(groups, name) ? groups[name]! : '';
}

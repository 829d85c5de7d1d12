import { letterEscapes } from '../../support/go-escapes.ts';
import { RuleMistake } from '../rule-problem.ts';

/** A string in back-ticks, read up to its end. */
export function rawString(text: string, start: number): { value: string; end: number } {
  const close = text.indexOf('`', start + 1);
  if (close === -1) {
    throw new RuleMistake('A back-tick is never closed.', {
      offset: start,
      remedy: 'Put a back-tick at both ends of the value.',
    });
  }
  return { value: text.slice(start + 1, close).replaceAll('\r', ''), end: close + 1 };
}

const PIECE =
  /\\(?:x([0-9A-Fa-f]{2})|([0-7]{3})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(["\\abfnrtv]))|[^"\\\n]+/y;

/** A string in double quotes with Go's escapes, read up to its end. */
export function quotedString(text: string, start: number): { value: string; end: number } {
  const pieces: Buffer[] = [];
  let end = start + 1;
  while (text[end] !== '"') {
    PIECE.lastIndex = end;
    const match = PIECE.exec(text);
    const piece = match && pieceBytes(match);
    if (!piece) throw brokenString(text, start, end);
    pieces.push(piece);
    end = PIECE.lastIndex;
  }
  return { value: Buffer.concat(pieces).toString('utf8'), end: end + 1 };
}

function pieceBytes([piece, hex, octal, short, long, single]: RegExpExecArray): Buffer | undefined {
  if (single !== undefined) return Buffer.from(letterEscapes[single] ?? single);
  const byte = hex === undefined ? octal && Number.parseInt(octal, 8) : Number.parseInt(hex, 16);
  if (typeof byte === 'number') return byte > 0xff ? undefined : Buffer.of(byte);
  const digits = short ?? long;
  if (digits === undefined) return Buffer.from(piece);
  const point = Number.parseInt(digits, 16);
  const valid = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
  return valid ? Buffer.from(String.fromCodePoint(point)) : undefined;
}

function brokenString(text: string, start: number, end: number): RuleMistake {
  if (text[end] !== '\\') {
    return new RuleMistake('A double quote is never closed.', {
      offset: start,
      remedy: 'Put a double quote at both ends of the value, on one line.',
    });
  }
  return new RuleMistake(`${text.slice(end, end + 2)} is no escape that a string in double quotes knows.`, {
    offset: end,
    remedy: 'Write the value between back-ticks, where a backslash is just a backslash, or double it.',
  });
}

import { letterEscapes } from '../go-escapes.ts';
import { TemplateError } from './template-error.ts';

const ESCAPE = /\\(?:x([0-9A-Fa-f]{2})|([0-7]{3})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([abfnrtv\\'"]))|\\/g;

/** The value of a text between double quotes or back-ticks. */
export function stringLiteral(text: string): string {
  return text.startsWith('`') ? text.slice(1, -1).replaceAll('\r', '') : unescaped(text.slice(1, -1));
}

/** A character in single quotes is its number. */
export function charLiteral(text: string): bigint {
  const characters = [...unescaped(text.slice(1, -1))];
  if (characters.length !== 1) throw new TemplateError(`malformed character constant: ${text}`);
  return BigInt(characters[0]!.codePointAt(0)!);
}

export function numberLiteral(text: string): bigint | number {
  const digits = text.replace(/(?<=[\da-fA-F])_(?=[\da-fA-F])/g, '');
  const integer = /^([+-]?)(0[xXbBoO][\da-fA-F]+|0[0-7]*|[1-9]\d*)$/.exec(digits);
  if (integer !== null) return integerLiteral(integer[1]!, integer[2]!);
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(digits)) {
    throw new TemplateError(`bad number syntax: ${JSON.stringify(text)}`);
  }
  return Number(digits);
}

function integerLiteral(sign: string, digits: string): bigint {
  const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits}` : digits);
  return sign === '-' ? -value : value;
}

function unescaped(text: string): string {
  return text.replace(ESCAPE, (escape, hex, octal, short, long, single) => {
    if (single !== undefined) return letterEscapes[single] ?? single;
    const digits = hex ?? short ?? long;
    if (digits === undefined && octal === undefined)
      throw new TemplateError(`invalid escape in ${text}: ${escape}`);
    return String.fromCodePoint(
      digits === undefined ? Number.parseInt(octal, 8) : Number.parseInt(digits, 16),
    );
  });
}

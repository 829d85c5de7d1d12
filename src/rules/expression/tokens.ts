import { RuleMistake } from '../rule-problem.ts';
import { quotedString, rawString } from './string-literal.ts';

/** `newline` is a line break that ends the expression, as Go would put a semicolon there. */
export type TokenKind = 'name' | 'string' | '(' | ')' | ',' | '&&' | '||' | '!' | 'newline' | 'other' | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly offset: number;
  /** As written; of a string its value. */
  readonly text: string;
}

const LEXEME =
  /([ \t\r]+|\/\/[^\n]*|\/\*[^]*?\*\/)|(\n)|([\p{L}_][\p{L}\p{Nd}_]*)|(&&|\|\||[!(),])|([`"])|[^]/uy;

/** All tokens of a rule; the last one is `end`. */
export function tokens(source: string): Token[] {
  const result: Token[] = [];
  let offset = source.startsWith('\ufeff') ? 1 : 0;
  while (offset < source.length) {
    LEXEME.lastIndex = offset;
    const match = LEXEME.exec(source)!;
    const token = tokenOf(match, source);
    if (token === 'blank') offset = LEXEME.lastIndex;
    else if (token === 'line break') {
      if (endsOperand(result.at(-1))) result.push({ kind: 'newline', offset, text: '\n' });
      offset = match[2] === undefined ? LEXEME.lastIndex : offset + 1;
    } else {
      result.push(token);
      offset = token.end;
    }
  }
  if (result.at(-1)?.kind === 'newline') result.pop();
  result.push({ kind: 'end', offset: source.length, text: '' });
  return result;
}

function tokenOf(match: RegExpExecArray, source: string): (Token & { end: number }) | 'blank' | 'line break' {
  const [text, blank, lineBreak, name, operator, quote] = match;
  const offset = match.index;
  if (blank !== undefined) return blank.includes('\n') ? 'line break' : 'blank';
  if (lineBreak !== undefined) return 'line break';
  const end = offset + text.length;
  if (name !== undefined) return { kind: 'name', offset, text, end };
  if (operator !== undefined) return { kind: operator as TokenKind, offset, text, end };
  if (quote === undefined) return { kind: 'other', offset, text, end };
  const literal = quote === '`' ? rawString(source, offset) : quotedString(source, offset);
  if (literal.value.includes('\0')) throw new RuleMistake('A value holds a NUL character.', { offset });
  return { kind: 'string', offset, text: literal.value, end: literal.end };
}

function endsOperand(token: Token | undefined): boolean {
  return token?.kind === 'name' || token?.kind === 'string' || token?.kind === ')';
}

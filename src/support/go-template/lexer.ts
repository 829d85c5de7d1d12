import { TemplateError } from './template-error.ts';

export type TokenKind =
  | 'text'
  | 'open'
  | 'close'
  | 'field'
  | 'variable'
  | 'word'
  | 'number'
  | 'char'
  | 'string'
  | 'symbol'
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** White space stands in front of it. */
  readonly spaced: boolean;
}

const COMMENT = /\{\{(- )?\/\*[^]*?\*\/( -)?\}\}/y;
const PIECE =
  /(\s*)(?:(\.[\p{L}_][\p{L}\p{Nd}_]*)|(\$[\p{L}\p{Nd}_]*)|([\p{L}_][\p{L}\p{Nd}_]*)|([+-]?(?:\d|\.\d)[\w.]*(?:(?<=[eEpP])[+-]\d+)?)|('(?:\\.|[^'\\\n])+')|("(?:\\.|[^"\\\n])*"|`[^`]*`)|(:=|[().|,=]))/uy;
const KINDS: readonly TokenKind[] = ['field', 'variable', 'word', 'number', 'char', 'string', 'symbol'];
const CLOSE = /(\s*)(?:(?<=\s)-)?\}\}/y;

/** Splits a template into texts and the pieces of its actions; trim markers have done their work. */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  let trim = false;
  while (position < source.length) {
    const open = source.indexOf('{{', position);
    const text = source.slice(position, open === -1 ? undefined : open);
    const trimEnd = open !== -1 && /^-\s/.test(source.slice(open + 2, open + 4));
    pushText(tokens, trimmed(text, trim, trimEnd));
    if (open === -1) break;
    ({ position, trim } = action(source, open, trimEnd, tokens));
  }
  tokens.push({ kind: 'end', text: '', spaced: false });
  return tokens;
}

function trimmed(text: string, start: boolean, end: boolean): string {
  const cut = start ? text.replace(/^[ \t\r\n]+/, '') : text;
  return end ? cut.replace(/[ \t\r\n]+$/, '') : cut;
}

function pushText(tokens: Token[], text: string): void {
  if (text !== '') tokens.push({ kind: 'text', text, spaced: false });
}

/** Reads one action from its braces on; tells where it ends and whether the text behind is to be trimmed. */
function action(source: string, open: number, trimmedOpen: boolean, tokens: Token[]) {
  const comment = matchAt(COMMENT, source, open);
  if (comment !== null) return { position: COMMENT.lastIndex, trim: comment[2] !== undefined };
  tokens.push({ kind: 'open', text: '{{', spaced: false });
  let position = open + (trimmedOpen ? 3 : 2);
  for (;;) {
    const close = matchAt(CLOSE, source, position);
    if (close !== null) {
      tokens.push({ kind: 'close', text: '}}', spaced: false });
      return { position: CLOSE.lastIndex, trim: close[0].endsWith('-}}') };
    }
    tokens.push(piece(source, position));
    position = PIECE.lastIndex;
  }
}

function piece(source: string, position: number): Token {
  const match = matchAt(PIECE, source, position);
  if (match === null) {
    const rest = source.slice(position).trimStart();
    throw new TemplateError(
      rest === '' ? 'unclosed action' : `unexpected ${JSON.stringify(rest.slice(0, 10))} in action`,
    );
  }
  const index = KINDS.findIndex((_, group) => match[group + 2] !== undefined);
  return { kind: KINDS[index]!, text: match[index + 2]!, spaced: match[1] !== '' };
}

function matchAt(pattern: RegExp, source: string, position: number): RegExpExecArray | null {
  pattern.lastIndex = position;
  return pattern.exec(source);
}

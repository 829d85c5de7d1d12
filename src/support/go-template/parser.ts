import { charLiteral, numberLiteral, stringLiteral } from './literals.ts';
import { type Token, tokenize } from './lexer.ts';
import type { Command, Node, Nodes, Operand, Pipe } from './nodes.ts';
import { TemplateError } from './template-error.ts';

const NESTING_MAX = 100;
const BRANCHES = new Set(['if', 'with', 'range']);

/** What ends a list of nodes. */
type Terminator = 'end' | 'else' | 'end of text';

/** Reads a template; the one without a name is called `''`. Throws `TemplateError`. */
export function parse(source: string, isFunction: (name: string) => boolean): Map<string, Nodes> {
  const parser = new Parser(tokenize(source), isFunction);
  parser.whole();
  return parser.templates;
}

class Parser {
  readonly templates = new Map<string, Nodes>();
  readonly #tokens: readonly Token[];
  readonly #isFunction: (name: string) => boolean;
  #position = 0;
  #depth = 0;
  #loops = 0;
  /** Names in scope. */
  #variables = ['$'];

  constructor(tokens: readonly Token[], isFunction: (name: string) => boolean) {
    this.#tokens = tokens;
    this.#isFunction = isFunction;
  }

  whole(): void {
    const { nodes, terminator } = this.#list();
    if (terminator !== 'end of text') throw new TemplateError(`unexpected {{${terminator}}}`);
    this.templates.set('', nodes);
  }

  #list(): { nodes: Nodes; terminator: Terminator } {
    if (++this.#depth > NESTING_MAX) throw new TemplateError('nested too deeply');
    const nodes: Node[] = [];
    for (;;) {
      const token = this.#take();
      if (token.kind === 'text') nodes.push({ kind: 'text', text: token.text });
      else {
        const terminator = token.kind === 'end' ? 'end of text' : this.#terminator();
        if (terminator !== undefined) {
          this.#depth -= 1;
          return { nodes, terminator };
        }
        nodes.push(...this.#action());
      }
    }
  }

  #terminator(): Terminator | undefined {
    const word = this.#peek().kind === 'word' ? this.#peek().text : undefined;
    if (word !== 'end' && word !== 'else') return undefined;
    this.#position += 1;
    if (word === 'end') this.#close();
    return word;
  }

  #action(): Node[] {
    const { kind, text } = this.#peek();
    if (kind !== 'word') return [this.#output()];
    if (BRANCHES.has(text)) return [this.#branch(this.#take().text as 'if')];
    switch (text) {
      case 'template':
        this.#position += 1;
        return [this.#invocation(this.#name())];
      case 'define':
        this.#position += 1;
        this.#define(this.#name());
        return [];
      case 'block':
        this.#position += 1;
        return [this.#block(this.#name())];
      case 'break':
      case 'continue':
        return [this.#jump(text)];
      default:
        return [this.#output()];
    }
  }

  #output(): Node {
    return { kind: 'action', pipe: this.#pipe('close') };
  }

  #branch(kind: 'if' | 'with' | 'range'): Node {
    const scope = this.#variables.length;
    const pipe = this.#pipe('close', kind === 'range' ? 2 : 1);
    if (kind === 'range') this.#loops += 1;
    const { nodes: body, terminator } = this.#list();
    if (kind === 'range') this.#loops -= 1;
    const otherwise = terminator === 'else' ? this.#otherwise(kind) : [];
    if (terminator === 'end of text') throw new TemplateError(`{{${kind}}} without {{end}}`);
    this.#variables.length = scope;
    return { kind, pipe, body, otherwise };
  }

  /** Behind `else`: a list, or another `if` or `with` that shares the `end`. */
  #otherwise(kind: 'if' | 'with' | 'range'): Nodes {
    if (this.#peek().kind === 'word' && this.#peek().text === kind && kind !== 'range') {
      this.#position += 1;
      return [this.#branch(kind)];
    }
    this.#close();
    const { nodes, terminator } = this.#list();
    if (terminator !== 'end') throw new TemplateError(`{{else}} without {{end}}`);
    return nodes;
  }

  #jump(kind: 'break' | 'continue'): Node {
    this.#position += 1;
    this.#close();
    if (this.#loops === 0) throw new TemplateError(`{{${kind}}} outside {{range}}`);
    return { kind };
  }

  #invocation(name: string): Node {
    const bare = this.#peek().kind === 'close';
    if (bare) this.#close();
    return { kind: 'template', name, pipe: bare ? undefined : this.#pipe('close') };
  }

  #define(name: string): void {
    this.#close();
    const { variables, loops } = { variables: this.#variables, loops: this.#loops };
    this.#variables = ['$'];
    this.#loops = 0;
    const { nodes, terminator } = this.#list();
    if (terminator !== 'end') throw new TemplateError(`{{define}} without {{end}}`);
    this.#variables = variables;
    this.#loops = loops;
    this.templates.set(name, nodes);
  }

  #block(name: string): Node {
    const pipe = this.#pipe(undefined);
    this.#define(name);
    return { kind: 'template', name, pipe };
  }

  #name(): string {
    const token = this.#take();
    if (token.kind !== 'string') throw new TemplateError(`expected a template name, found ${token.text}`);
    return stringLiteral(token.text);
  }

  #pipe(end: 'close' | ')' | undefined, variablesMax = 1): Pipe {
    const { variables, assigns } = this.#declarations(variablesMax);
    const commands = [this.#command()];
    while (this.#takeSymbol('|')) commands.push(this.#command());
    if (commands.slice(1).some(([head]) => head!.kind !== 'function' && head!.kind !== 'field')) {
      throw new TemplateError('only a function may stand behind |');
    }
    if (end === 'close') this.#close();
    else if (end === ')' && !this.#takeSymbol(')')) throw new TemplateError('unclosed left paren');
    if (!assigns) this.#variables.push(...variables);
    return { variables, assigns, commands };
  }

  #declarations(max: number): { variables: string[]; assigns: boolean } {
    const start = this.#position;
    const variables: string[] = [];
    while (this.#peek().kind === 'variable' && variables.length < max) {
      variables.push(this.#take().text);
      if (!this.#takeSymbol(',')) break;
    }
    if (variables.length > 0 && this.#takeSymbol(':=')) return { variables, assigns: false };
    if (variables.length > 0 && this.#takeSymbol('=')) {
      for (const name of variables) this.#checkVariable(name);
      return { variables, assigns: true };
    }
    this.#position = start;
    return { variables: [], assigns: false };
  }

  #command(): Command {
    const operands: Operand[] = [];
    while (!this.#atCommandEnd()) operands.push(this.#operand());
    const [head] = operands;
    if (head === undefined) throw new TemplateError('missing value for command');
    if (operands.length > 1 && head.kind !== 'function' && head.kind !== 'field') {
      throw new TemplateError(`can't give argument to non-function`);
    }
    if (operands.length === 1 && head.kind === 'nil') throw new TemplateError('nil is not a command');
    return operands;
  }

  #atCommandEnd(): boolean {
    const { kind, text } = this.#peek();
    if (kind === 'end' || kind === 'open' || kind === 'text') throw new TemplateError('unclosed action');
    return kind === 'close' || (kind === 'symbol' && (text === '|' || text === ')'));
  }

  #operand(): Operand {
    let operand = this.#term();
    while (this.#peek().kind === 'field' && !this.#peek().spaced) {
      if (operand.kind === 'literal' || operand.kind === 'nil')
        throw new TemplateError('unexpected . after a constant');
      operand = { kind: 'field', of: operand, name: this.#take().text.slice(1) };
    }
    return operand;
  }

  #term(): Operand {
    const { kind, text } = this.#take();
    switch (kind) {
      case 'field':
        return { kind: 'field', of: { kind: 'dot' }, name: text.slice(1) };
      case 'variable':
        this.#checkVariable(text);
        return { kind: 'variable', name: text };
      case 'string':
        return { kind: 'literal', value: stringLiteral(text) };
      case 'char':
        return { kind: 'literal', value: charLiteral(text) };
      case 'number':
        return { kind: 'literal', value: numberLiteral(text) };
      case 'word':
        return this.#word(text);
      default:
        return this.#symbol(text);
    }
  }

  #word(text: string): Operand {
    if (text === 'true' || text === 'false') return { kind: 'literal', value: text === 'true' };
    if (text === 'nil') return { kind: 'nil' };
    if (!this.#isFunction(text)) throw new TemplateError(`function ${JSON.stringify(text)} not defined`);
    return { kind: 'function', name: text };
  }

  #symbol(text: string): Operand {
    if (text === '.') return { kind: 'dot' };
    if (text !== '(') throw new TemplateError(`unexpected ${text || 'end'} in operand`);
    if (++this.#depth > NESTING_MAX) throw new TemplateError('nested too deeply');
    const pipe = this.#pipe(')');
    this.#depth -= 1;
    return { kind: 'pipe', pipe };
  }

  #checkVariable(name: string): void {
    if (!this.#variables.includes(name))
      throw new TemplateError(`undefined variable ${JSON.stringify(name)}`);
  }

  #peek(): Token {
    return this.#tokens[this.#position]!;
  }

  #take(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#position += 1;
    return token;
  }

  #takeSymbol(text: string): boolean {
    if (this.#peek().kind !== 'symbol' || this.#peek().text !== text) return false;
    this.#position += 1;
    return true;
  }

  #close(): void {
    const token = this.#take();
    if (token.kind !== 'close') throw new TemplateError(`unexpected ${JSON.stringify(token.text)} in action`);
  }
}

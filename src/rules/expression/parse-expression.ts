import { RuleMistake } from '../rule-problem.ts';
import type { Expression } from './expression.ts';
import { argumentMistake, operandMistake, separatorMistake, trailingMistake } from './mistakes.ts';
import { type Token, type TokenKind, tokens } from './tokens.ts';

/** Deeper than any rule that a person or a program writes. */
const NESTING_MAX = 200;

/** Reads Go's expression grammar as far as rules use it. Throws `RuleMistake`. */
export function parseExpression(source: string): Expression {
  const reader = new Reader(source);
  const expression = reader.disjunction(0);
  reader.expectEnd();
  return expression;
}

class Reader {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = tokens(source);
  }

  #next(): Token {
    return this.#tokens[this.#position]!;
  }

  disjunction(depth: number): Expression {
    return this.#joined('or', '||', () => this.#joined('and', '&&', () => this.#operand(depth)));
  }

  expectEnd(): void {
    if (this.#next().kind !== 'end') throw trailingMistake(this.#next(), this.#tokens[this.#position + 1]);
  }

  #joined(kind: 'and' | 'or', operator: TokenKind, operand: () => Expression): Expression {
    const first = operand();
    if (this.#next().kind !== operator) return first;
    const operands = [first];
    while (this.#take(operator)) operands.push(operand());
    return { kind, operands };
  }

  #operand(depth: number): Expression {
    const token = this.#next();
    if (depth > NESTING_MAX) {
      throw new RuleMistake('The rule is nested too deeply.', { offset: token.offset });
    }
    if (this.#take('!')) return { kind: 'not', operand: this.#operand(depth + 1) };
    if (this.#take('(')) return this.#group(depth + 1);
    if (token.kind === 'name' && this.#tokens[this.#position + 1]!.kind === '(') return this.#call(token);
    throw operandMistake(token, this.#source);
  }

  #group(depth: number): Expression {
    const inner = this.disjunction(depth);
    if (this.#take(')')) return inner;
    if (this.#next().kind !== 'end') throw trailingMistake(this.#next(), this.#tokens[this.#position + 1]);
    throw new RuleMistake('A parenthesis is never closed.', {
      offset: this.#next().offset,
      remedy: 'Close it with ).',
    });
  }

  #call(name: Token): Expression {
    this.#position += 2;
    const args: string[] = [];
    while (!this.#take(')')) {
      if (this.#next().kind !== 'string') throw argumentMistake(name, this.#next(), this.#source);
      args.push(this.#next().text);
      this.#position += 1;
      if (!this.#take(',') && this.#next().kind !== ')') throw separatorMistake(name, this.#next());
    }
    return { kind: 'call', name: name.text, args, offset: name.offset };
  }

  #take(kind: TokenKind): boolean {
    if (this.#next().kind !== kind) return false;
    this.#position += 1;
    return true;
  }
}

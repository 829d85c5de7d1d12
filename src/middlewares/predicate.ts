/** The language of conditions: `NetworkErrorRatio() > 0.3 && (Attempts() < 3 || RequestMethod() == "PUT")`. */

export type Value = number | string | boolean;
type Term<Subject> = (subject: Subject) => Value;

/** What may be called, by name: from the arguments to what is true of a subject. */
export type Vocabulary<Subject> = Readonly<Record<string, Operation<Subject>>>;

export interface Operation<Subject> {
  /** How many numbers it takes. */
  readonly takes: number;
  apply(...numbers: number[]): Term<Subject>;
}

const TOKEN = /\s*(?:(&&|\|\||[<>=!]=|[<>(),])|(\d+(?:\.\d+)?)|"([^"\\]*)"|([A-Za-z]\w*)|(\S))/y;

const COMPARISONS: Readonly<Record<string, (left: Value, right: Value) => boolean>> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

/** Throws an `Error` that says where the condition goes wrong. */
export function parsePredicate<Subject>(
  text: string,
  vocabulary: Vocabulary<Subject>,
): (subject: Subject) => boolean {
  const term = new Parser(text, vocabulary).parse();
  return (subject) => term(subject) === true;
}

interface Token {
  readonly kind: 'sign' | 'number' | 'text' | 'name' | 'end';
  readonly text: string;
}

class Parser<Subject> {
  readonly #text: string;
  readonly #vocabulary: Vocabulary<Subject>;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string, vocabulary: Vocabulary<Subject>) {
    this.#text = text;
    this.#vocabulary = vocabulary;
    this.#tokens = tokens(text);
  }

  parse(): Term<Subject> {
    const term = this.#either();
    if (this.#next.kind !== 'end') this.#fail(`"${this.#next.text}" is not expected`);
    return term;
  }

  #either(): Term<Subject> {
    let left = this.#both();
    while (this.#takes('||')) {
      const [first, second] = [left, this.#both()];
      left = (subject) => first(subject) === true || second(subject) === true;
    }
    return left;
  }

  #both(): Term<Subject> {
    let left = this.#comparison();
    while (this.#takes('&&')) {
      const [first, second] = [left, this.#comparison()];
      left = (subject) => first(subject) === true && second(subject) === true;
    }
    return left;
  }

  #comparison(): Term<Subject> {
    const left = this.#operand();
    const compare = COMPARISONS[this.#next.text];
    if (this.#next.kind !== 'sign' || !compare) return left;
    this.#at += 1;
    const right = this.#operand();
    return (subject) => compare(left(subject), right(subject));
  }

  #operand(): Term<Subject> {
    if (this.#takes('(')) {
      const inner = this.#either();
      this.#expect(')');
      return inner;
    }
    const { kind, text } = this.#take();
    if (kind === 'number') return () => Number(text);
    if (kind === 'text') return () => text;
    if (kind === 'name') return this.#call(text);
    return this.#fail(kind === 'end' ? 'something is missing at the end' : `"${text}" is not expected`);
  }

  #call(name: string): Term<Subject> {
    if (!Object.hasOwn(this.#vocabulary, name)) {
      this.#fail(`there is no ${name}, only ${Object.keys(this.#vocabulary).join(', ')}`);
    }
    const { takes, apply } = this.#vocabulary[name]!;
    this.#expect('(');
    const numbers: number[] = [];
    for (let index = 0; index < takes; index += 1) {
      if (index > 0) this.#expect(',');
      const { kind, text } = this.#take();
      if (kind !== 'number') this.#fail(`${name} takes ${takes} numbers`);
      numbers.push(Number(text));
    }
    this.#expect(')');
    return apply(...numbers);
  }

  get #next(): Token {
    return this.#tokens[this.#at]!;
  }

  #take(): Token {
    const token = this.#next;
    if (token.kind !== 'end') this.#at += 1;
    return token;
  }

  #takes(sign: string): boolean {
    const isNext = this.#next.kind === 'sign' && this.#next.text === sign;
    if (isNext) this.#at += 1;
    return isNext;
  }

  #expect(sign: string): void {
    if (!this.#takes(sign)) this.#fail(`"${sign}" is missing`);
  }

  #fail(what: string): never {
    throw new Error(`the expression "${this.#text}" cannot be read: ${what}`);
  }
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  for (const [, sign, number, quoted, name, other] of text.trimEnd().matchAll(new RegExp(TOKEN, 'gy'))) {
    if (sign !== undefined) found.push({ kind: 'sign', text: sign });
    else if (number !== undefined) found.push({ kind: 'number', text: number });
    else if (quoted !== undefined) found.push({ kind: 'text', text: quoted });
    else if (name !== undefined) found.push({ kind: 'name', text: name });
    else found.push({ kind: 'sign', text: other! });
  }
  return [...found, { kind: 'end', text: '' }];
}

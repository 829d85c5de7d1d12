/** A boolean expression over calls with text arguments. */
export type Expression = Call | Combination | Negation;

export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly string[];
  /** Where the name stands in the text. */
  readonly offset: number;
}

export interface Combination {
  readonly kind: 'and' | 'or';
  readonly operands: readonly Expression[];
}

export interface Negation {
  readonly kind: 'not';
  readonly operand: Expression;
}

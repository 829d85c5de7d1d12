import { RuleMistake } from '../rule-problem.ts';
import type { Token } from './tokens.ts';

const FOREIGN_QUOTE = /['‘’“”´]/;
const SHELL_REMEDY =
  'In a shell, put the whole label between single quotes, so that the shell leaves back-ticks alone';

/** Something stands where a matcher, a negation or a group must begin. */
export function operandMistake(token: Token, source: string): RuleMistake {
  const { offset } = token;
  const versionOne = /^([A-Za-z]+)\s*:\s*([^\s;,]+)/.exec(source.slice(offset));
  if (token.kind === 'name' && versionOne !== null) {
    const remedy = `Write ${versionOne[1]}(\`${versionOne[2]}\`).`;
    return new RuleMistake(`"${versionOne[0]}" is the rule syntax of version 1.`, { offset, remedy });
  }
  if (token.kind === 'name') {
    return new RuleMistake(`${token.text} is followed by no arguments.`, {
      offset,
      remedy: `Write ${token.text}(\`value\`).`,
    });
  }
  if (offset === 0 && FOREIGN_QUOTE.test(token.text)) {
    return new RuleMistake('The whole rule stands between quotes.', {
      offset,
      remedy: 'Remove the outer quotes.',
    });
  }
  if (token.kind === 'end' && source.trim() === '') return new RuleMistake('The rule is empty.', { offset });
  const found = token.kind === 'end' ? 'the rule ends' : `there is ${shown(token)}`;
  return new RuleMistake(`A matcher is expected where ${found}.`, {
    offset,
    remedy: 'Write a matcher like Host(`example.com`).',
  });
}

/** Something follows a complete expression. */
export function trailingMistake(token: Token, following: Token | undefined): RuleMistake {
  const { offset } = token;
  if (token.kind === 'newline') return lineBreakMistake(offset, following);
  const word = /^(and|or)$/i.exec(token.text)?.[1]?.toLowerCase();
  if (word !== undefined || token.text === '&' || token.text === '|') {
    const operator = word === 'and' || token.text === '&' ? '&&' : '||';
    return new RuleMistake(`${token.text} is no operator.`, { offset, remedy: `Write ${operator}.` });
  }
  const text = `The rule should end before ${shown(token)}.`;
  const remedy = 'Join matchers with && or ||, and negate with ! in front of a matcher.';
  return new RuleMistake(text, { offset, remedy });
}

function lineBreakMistake(offset: number, following: Token | undefined): RuleMistake {
  const text = 'A line break ends the rule here, but more follows.';
  const operator = following?.kind === '&&' || following?.kind === '||' ? following.text : undefined;
  const remedy =
    operator === undefined
      ? 'Write the rule on one line, or break lines only after an operator.'
      : `Move ${operator} to the end of the line before.`;
  return new RuleMistake(text, { offset, remedy });
}

/** An argument that is not a string. */
export function argumentMistake(name: Token, token: Token, source: string): RuleMistake {
  const rest = source.slice(token.offset);
  const { offset } = token;
  if (token.kind === 'other' && token.text === '\\') {
    return new RuleMistake('A backslash stands before a quote.', {
      offset,
      remedy: 'Leave the backslash out: Host(`example.com`).',
    });
  }
  const value =
    /^[^()`,\n]*/
      .exec(rest)?.[0]
      .trim()
      .replace(/^['‘’“”´]+|['‘’“”´]+$/gu, '') ?? '';
  const remedy = `Write ${name.text}(\`${value || 'value'}\`)`;
  if (FOREIGN_QUOTE.test(token.text)) {
    const text = `Values stand between back-ticks or double quotes, not ${token.text}.`;
    return new RuleMistake(text, { offset, remedy: `${remedy}.` });
  }
  const text = value === '' ? `A value of ${name.text} is missing.` : `The value ${value} has no quotes.`;
  return new RuleMistake(text, { offset, remedy: `${remedy}. ${SHELL_REMEDY}.` });
}

/** No comma and no closing parenthesis after an argument. */
export function separatorMistake(name: Token, token: Token): RuleMistake {
  if (token.kind === 'newline') {
    return new RuleMistake(`A line break stands in the values of ${name.text}.`, {
      offset: token.offset,
      remedy: 'Put the closing parenthesis on the same line.',
    });
  }
  return new RuleMistake(`The values of ${name.text} are not closed before ${shown(token)}.`, {
    offset: token.offset,
    remedy: 'Separate values by commas and close them with a parenthesis.',
  });
}

function shown(token: Token): string {
  if (token.kind === 'newline') return 'a line break';
  if (token.kind === 'end') return 'the end';
  return token.kind === 'string' ? `the value \`${token.text}\`` : token.text;
}

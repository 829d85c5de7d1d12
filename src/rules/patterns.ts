import { type GoRegexp, GoRegexpError, goRegexp } from '../support/go-regexp.ts';
import { RuleMistake } from './rule-problem.ts';

/** A pattern of a rule, or the `RuleMistake` that says what is wrong with it. */
export function compilePattern(pattern: string): GoRegexp {
  try {
    return goRegexp(pattern);
  } catch (error) {
    if (!(error instanceof GoRegexpError)) throw error;
    throw new RuleMistake(`"${pattern}" is no regular expression: ${error.message}.`, {
      remedy: remedyFor(pattern),
    });
  }
}

function remedyFor(pattern: string): string {
  if (/\(\?(?:<?[=!])/.test(pattern)) {
    return 'Look-around is not part of Go regular expressions: combine matchers with && and ! instead.';
  }
  if (/\\[1-9]/.test(pattern)) return 'Back-references are not part of Go regular expressions.';
  return 'Use the syntax of Go regular expressions (RE2).';
}

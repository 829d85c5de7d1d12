import { type GoRegexp, GoRegexpError, goRegexp, quoteMeta } from '../../go-regexp.ts';
import { define, type TemplateFunctions } from '../functions.ts';
import { TemplateError } from '../template-error.ts';
import { must } from './lists.ts';

export const regexpFunctions: TemplateFunctions = {
  ...must({
    regexFind: define(['string', 'string'], (pattern, text) => compiled(pattern).find(text) ?? ''),
    regexFindAll: define(['string', 'string', 'int'], (pattern, text, count) =>
      compiled(pattern).findAll(text, limit(count)),
    ),
    regexReplaceAll: define(['string', 'string', 'string'], (pattern, text, template) =>
      compiled(pattern).replaceAll(text, template),
    ),
    regexReplaceAllLiteral: define(['string', 'string', 'string'], (pattern, text, replacement) =>
      compiled(pattern).replaceAllLiteral(text, replacement),
    ),
    regexSplit: define(['string', 'string', 'int'], (pattern, text, count) =>
      compiled(pattern).split(text, limit(count)),
    ),
    regexMatch: define(['string', 'string'], (pattern, text) => compiled(pattern).test(text)),
  }),
  regexMatch: define(['string', 'string'], matches),
  regexQuoteMeta: define(['string'], quoteMeta),
};

/** Without `must`, a broken pattern matches nothing. */
function matches(pattern: string, text: string): boolean {
  try {
    return goRegexp(pattern).test(text);
  } catch {
    return false;
  }
}

function compiled(pattern: string): GoRegexp {
  try {
    return goRegexp(pattern);
  } catch (error) {
    throw error instanceof GoRegexpError ? new TemplateError(error.message) : error;
  }
}

function limit(count: bigint): number {
  return count < 0n ? Number.POSITIVE_INFINITY : Number(count);
}

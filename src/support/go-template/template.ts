import { builtins } from './builtins.ts';
import { evaluate } from './evaluate.ts';
import type { TemplateFunctions } from './functions.ts';
import { parse } from './parser.ts';
import { TemplateError } from './template-error.ts';
import type { Value } from './values.ts';

/** A Go text template. It always comes to an end, and mistakes are values. */
export interface Template {
  execute(model: Value): { text: string } | { problem: string };
}

/** Reads a template in which the built-in and the given functions may be called. */
export function parseTemplate(
  source: string,
  functions: TemplateFunctions,
): { template: Template } | { problem: string } {
  const known = { ...builtins, ...functions };
  return orProblem(() => {
    const templates = parse(source, (name) => Object.hasOwn(known, name));
    const execute = (model: Value) => orProblem(() => ({ text: evaluate(templates, known, model) }));
    return { template: { execute } };
  });
}

function orProblem<T>(run: () => T): T | { problem: string } {
  try {
    return run();
  } catch (error) {
    if (error instanceof TemplateError) return { problem: error.message };
    throw error;
  }
}

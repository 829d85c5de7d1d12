import { define, type TemplateFunctions } from '../functions.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

export function environmentFunctions(variables: Variables): TemplateFunctions {
  const valueOf = (name: string) => (Object.hasOwn(variables, name) ? (variables[name] ?? '') : '');
  return {
    env: define(['string'], valueOf),
    expandenv: define(['string'], (text) =>
      text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced, bare) => valueOf(braced ?? bare)),
    ),
  };
}

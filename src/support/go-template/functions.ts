import { TemplateError } from './template-error.ts';
import { Dictionary, isList, typeName, type Value } from './values.ts';

/** What a parameter accepts, and as what the function gets it. */
interface ParameterTypes {
  string: string;
  int: bigint;
  bool: boolean;
  any: Value;
  list: readonly Value[];
  dict: Dictionary;
}

export type Parameter = keyof ParameterTypes;

/** A function of a template, arguments checked. */
export interface TemplateFunction {
  call(args: readonly Value[]): Value;
}

export type TemplateFunctions = Readonly<Record<string, TemplateFunction>>;

type Arguments<P extends readonly Parameter[]> = { [I in keyof P]: ParameterTypes[P[I]] };

/** A function with a fixed number of parameters. */
export function define<const P extends readonly Parameter[]>(
  parameters: P,
  run: (...args: Arguments<P>) => Value,
): TemplateFunction {
  return {
    call(args) {
      if (args.length !== parameters.length) {
        throw new TemplateError(`wrong number of args: want ${parameters.length} got ${args.length}`);
      }
      parameters.forEach((parameter, index) => checkArgument(parameter, args[index]!));
      return run(...(args as Arguments<P>));
    },
  };
}

/** A function whose last parameter may be repeated, or left out. */
export function defineRest<const P extends readonly Parameter[], R extends Parameter>(
  parameters: P,
  rest: R,
  run: (...args: [...Arguments<P>, ...ParameterTypes[R][]]) => Value,
): TemplateFunction {
  return {
    call(args) {
      if (args.length < parameters.length) {
        throw new TemplateError(
          `wrong number of args: want at least ${parameters.length} got ${args.length}`,
        );
      }
      args.forEach((arg, index) => checkArgument(parameters[index] ?? rest, arg));
      return run(...(args as [...Arguments<P>, ...ParameterTypes[R][]]));
    },
  };
}

const ACCEPTS: Readonly<Record<Parameter, (value: Value) => boolean>> = {
  string: (value) => typeof value === 'string',
  int: (value) => typeof value === 'bigint',
  bool: (value) => typeof value === 'boolean',
  any: () => true,
  list: isList,
  // As in Go, a map of texts is not the map of anything that these functions read and change.
  dict: (value) => value instanceof Dictionary && value.zero === null,
};

function checkArgument(parameter: Parameter, value: Value): void {
  if (ACCEPTS[parameter](value)) return;
  throw new TemplateError(`wrong type for value; expected ${parameter}; got ${typeName(value)}`);
}

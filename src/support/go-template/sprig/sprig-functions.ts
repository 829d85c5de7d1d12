import type { TemplateFunctions } from '../functions.ts';
import { dateFunctions } from './dates.ts';
import { defaultFunctions } from './defaults.ts';
import { dictionaryFunctions } from './dictionaries.ts';
import { encodingFunctions } from './encoding.ts';
import { environmentFunctions, type Variables } from './environment.ts';
import { jsonFunctions } from './json.ts';
import { listFunctions } from './lists.ts';
import { numberFunctions } from './numbers.ts';
import { regexpFunctions } from './regular-expressions.ts';
import { stringFunctions } from './strings.ts';
import { urlFunctions } from './urls.ts';

export interface SprigEnvironment {
  now(): Date;
  readonly variables: Variables;
}

/**
 * The text functions of Sprig. Left out are those whose result is random or comes from the network (a rule
 * must be the same each time it is computed) and those that make keys and certificates.
 */
export function sprigFunctions({ now, variables }: SprigEnvironment): TemplateFunctions {
  return {
    ...stringFunctions,
    ...numberFunctions,
    ...listFunctions,
    ...dictionaryFunctions,
    ...defaultFunctions,
    ...jsonFunctions,
    ...encodingFunctions,
    ...regexpFunctions,
    ...urlFunctions,
    ...dateFunctions(now),
    ...environmentFunctions(variables),
  };
}

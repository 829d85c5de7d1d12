/** A JSON Schema for editors, from the same declaration that decodes. */
import { z } from 'zod';
import { formatDuration } from '../support/duration.ts';
import { type Option, optionOf } from './option-tree.ts';

export type JsonSchema = { [keyword: string]: unknown };

export function toJsonSchema(schema: z.ZodType, title: string): JsonSchema {
  const root = describe(optionOf(schema));
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title, ...root };
}

function describe(option: Option): JsonSchema {
  const described = { ...shapeOf(option), ...remarksOn(option) };
  return option.meta.allowEmpty ? { anyOf: [described, { type: 'boolean' }] } : described;
}

const scalar = { type: ['string', 'number', 'boolean'] };

function shapeOf(option: Option): JsonSchema {
  switch (option.kind) {
    case 'text':
      return textShape(option);
    case 'flag':
      return { type: 'boolean' };
    case 'integer':
    case 'int64':
      return { type: 'integer' };
    case 'decimal':
      return { type: 'number' };
    case 'duration':
      return { anyOf: [{ type: 'integer' }, { type: 'string' }] };
    case 'list':
      return { anyOf: [{ type: 'array', items: scalar }, { type: 'string' }] };
    case 'structures':
      return { type: 'array', items: describe(option.element as Option) };
    case 'map':
      return { type: 'object', additionalProperties: describe(option.element as Option) };
    case 'structure':
      return structureShape(option);
    case 'free':
      return { type: 'object' };
  }
}

function textShape({ schema }: Option): JsonSchema {
  return schema instanceof z.ZodEnum ? { enum: schema.options } : scalar;
}

function structureShape({ fields }: Option): JsonSchema {
  const properties = Object.fromEntries(fields.map(({ name, option }) => [name, describe(option)]));
  return { type: 'object', properties, additionalProperties: false };
}

function remarksOn(option: Option): JsonSchema {
  const absent = option.absent();
  const isPlain = ['string', 'number', 'boolean'].includes(typeof absent);
  return {
    ...(isPlain && { default: option.kind === 'duration' ? formatDuration(absent as number) : absent }),
    ...(option.meta.secret && { writeOnly: true }),
    ...(option.meta.notYet !== undefined && { deprecated: true, description: option.meta.notYet }),
  };
}

/**
 * A decoded value as Traefik's API shows it. What is empty is left out; a number or a flag that may be absent is shown
 * as soon as it is there, whatever it says.
 */
import type { z } from 'zod';
import { formatDuration } from '../support/duration.ts';
import { type Option, optionOf } from './option-tree.ts';

export interface PresentOptions {
  /** Traefik's own answers hold password hashes; ours do not unless asked. */
  readonly secrets?: boolean;
}

export function present<T extends z.ZodType>(
  schema: T,
  value: z.output<T>,
  options: PresentOptions = {},
): unknown {
  return shown(optionOf(schema), value, options);
}

function shown(option: Option, value: unknown, options: PresentOptions): unknown {
  switch (option.kind) {
    case 'duration':
      return formatDuration(value as number);
    case 'structure':
      return shownStructure(option, value as Readonly<Record<string, unknown>>, options);
    case 'structures':
      return (value as unknown[]).map((item) => shown(option.element as Option, item, options));
    case 'map':
      return Object.fromEntries(
        Object.entries(value as object).map(([name, item]) => [
          name,
          shown(option.element as Option, item, options),
        ]),
      );
    default:
      return value;
  }
}

function shownStructure(option: Option, value: Readonly<Record<string, unknown>>, options: PresentOptions) {
  const tree: Record<string, unknown> = {};
  for (const { name, option: field } of option.fields) {
    const own = value[name];
    if (own === undefined || (field.meta.secret && !options.secrets)) continue;
    const item = shown(field, own, options);
    if (field.meta.alwaysShown || !isEmpty(field, own, item)) tree[name] = item;
  }
  return tree;
}

function isEmpty(option: Option, value: unknown, item: unknown): boolean {
  switch (option.kind) {
    case 'text':
      return value === '';
    case 'list':
    case 'structures':
      return (value as unknown[]).length === 0;
    case 'map':
    case 'free':
      return Object.keys(value as object).length === 0;
    case 'structure':
      return !option.optional && Object.keys(item as object).length === 0;
    default:
      return !option.optional && !value;
  }
}

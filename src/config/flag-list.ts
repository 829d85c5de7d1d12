import type { z } from 'zod';
import { formatDuration } from '../support/duration.ts';
import { type Option, optionOf } from './option-tree.ts';

export interface FlagDescription {
  /** `--entrypoints.<name>.address` */
  readonly flag: string;
  /** As one would write it; empty when there is none. */
  readonly fallback: string;
  readonly notYet: string | undefined;
}

/** Every flag a schema knows, in alphabetical order. */
export function listFlags(schema: z.ZodType): FlagDescription[] {
  return describe(optionOf(schema), '').sort((a, b) => (a.flag < b.flag ? -1 : 1));
}

function describe(option: Option, path: string): FlagDescription[] {
  const own = { flag: `--${path.toLowerCase()}`, fallback: fallbackOf(option), notYet: option.meta.notYet };
  switch (option.kind) {
    case 'structure': {
      const below = option.fields.flatMap((field) =>
        describe(field.option, path === '' ? field.name : `${path}.${field.name}`),
      );
      return option.meta.allowEmpty ? [own, ...below] : below;
    }
    case 'structures':
      return describe(option.element as Option, `${path}[n]`);
    case 'map':
      return describe(option.element as Option, `${path}.<name>`);
    default:
      return [own];
  }
}

function fallbackOf(option: Option): string {
  const absent = option.absent();
  if (absent === undefined) return '';
  if (option.kind === 'duration') return formatDuration(absent as number);
  return typeof absent === 'object' ? [absent].flat().filter(isText).join(',') : String(absent);
}

const isText = (value: unknown) => typeof value === 'string';

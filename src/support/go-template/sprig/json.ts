import { define, type TemplateFunctions } from '../functions.ts';
import { TemplateError } from '../template-error.ts';
import { Dictionary, GoTime, isList, type Struct, type Value } from '../values.ts';

export const jsonFunctions: TemplateFunctions = {
  fromJson: define(['string'], (text) => parsed(text, () => null)),
  mustFromJson: define(['string'], (text) => parsed(text, refuse)),
  toJson: define(['any'], (value) => forHtml(json(value, ''))),
  mustToJson: define(['any'], (value) => forHtml(json(value, ''))),
  toRawJson: define(['any'], (value) => json(value, '')),
  mustToRawJson: define(['any'], (value) => json(value, '')),
  toPrettyJson: define(['any'], (value) => forHtml(json(value, '  '))),
  mustToPrettyJson: define(['any'], (value) => forHtml(json(value, '  '))),
};

function refuse(error: Error): never {
  throw new TemplateError(error.message);
}

function parsed(text: string, otherwise: (error: Error) => Value): Value {
  try {
    return fromPlain(JSON.parse(text));
  } catch (error) {
    return otherwise(error as Error);
  }
}

function fromPlain(value: unknown): Value {
  if (Array.isArray(value)) return value.map(fromPlain);
  if (typeof value !== 'object' || value === null) return value as Value;
  return new Dictionary(Object.entries(value).map(([key, item]) => [key, fromPlain(item)]));
}

/** Keys are sorted, as Go does. */
function json(value: Value, indent: string, margin = '\n'): string {
  const inner = margin + indent;
  if (isList(value))
    return enclosed(
      '[]',
      value.map((item) => json(item, indent, inner)),
      indent,
      margin,
    );
  if (value instanceof Dictionary) {
    const colon = indent === '' ? ':' : ': ';
    const entries = value
      .sortedKeys()
      .map((key) => JSON.stringify(key) + colon + json(value.get(key)!, indent, inner));
    return enclosed('{}', entries, indent, margin);
  }
  if (value instanceof GoTime) return JSON.stringify(new Date(value.milliseconds).toISOString());
  if (typeof value === 'object' && value !== null) {
    return json(new Dictionary(Object.entries(value as Struct)), indent, margin);
  }
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}

function enclosed(brackets: string, items: readonly string[], indent: string, margin: string): string {
  if (items.length === 0) return brackets;
  const [open, close] = brackets;
  if (indent === '') return open + items.join(',') + close;
  return open + margin + indent + items.join(`,${margin}${indent}`) + margin + close;
}

function forHtml(text: string): string {
  return text.replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

import { connectionFields } from '../field-kind.ts';
import { staticIndex } from './static-table.ts';

/**
 * How fields of a name are written: not at all (they mean only one connection of HTTP/1), remembered in the
 * table, only this once, or so that nobody on the way may remember them.
 */
export type Treatment = 'dropped' | 'remembered' | 'once' | 'secret';

export interface NameRule {
  /** In lower case. */
  readonly name: string;
  /** In the static table; 0 for none. */
  readonly index: number;
  readonly treatment: Treatment;
}

/** The connection may carry several people's requests: sizes must not tell what stands in the table. */
const secret = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie']);
/** Hardly ever the same twice. */
const once = new Set([
  'content-length',
  'content-range',
  'etag',
  'last-modified',
  'location',
  'age',
  'expires',
  'x-request-id',
  'traceparent',
]);
const rules = new Map<string, NameRule>();
const rulesMax = 4096;

/** By the name as it is spelled. */
export function ruleOf(spelling: string): NameRule {
  return rules.get(spelling) ?? addRule(spelling);
}

function addRule(spelling: string): NameRule {
  const name = spelling.toLowerCase();
  const rule = { name, index: staticIndex(name), treatment: treatmentOf(name) };
  if (rules.size >= rulesMax) rules.clear();
  rules.set(spelling, rule);
  return rule;
}

function treatmentOf(name: string): Treatment {
  if (connectionFields.has(name)) return 'dropped';
  if (secret.has(name)) return 'secret';
  return once.has(name) ? 'once' : 'remembered';
}

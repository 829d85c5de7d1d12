import { managedFields, uplinkField } from '../http1/request-head.ts';

/** What a field of HTTP/2 is to us, by its name and value. */
export type FieldKind =
  | 'plain'
  /** With an underscore in its name. */
  | 'underscored'
  | 'method'
  | 'scheme'
  | 'authority'
  | 'path'
  | 'protocol'
  | 'status'
  /** May not stand in any message. */
  | 'malformed'
  | 'content-length'
  | 'host'
  | 'cookie'
  | 'te'
  | 'trailer'
  | 'expect'
  | 'priority'
  /** Means only the next hop. */
  | 'hop'
  /** Only a trusted client may say it. */
  | 'managed'
  | 'uplink';

/** They mean one connection of HTTP/1 and have no place in HTTP/2 (RFC 9113, 8.2.2). */
export const connectionFields: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

const kinds = new Map<string, FieldKind>([
  [':method', 'method'],
  [':scheme', 'scheme'],
  [':authority', 'authority'],
  [':path', 'path'],
  [':protocol', 'protocol'],
  [':status', 'status'],
  ['content-length', 'content-length'],
  ['host', 'host'],
  ['cookie', 'cookie'],
  ['te', 'te'],
  ['trailer', 'trailer'],
  ['expect', 'expect'],
  ['priority', 'priority'],
  ['proxy-authenticate', 'hop'],
  ['proxy-authorization', 'hop'],
  [uplinkField, 'uplink'],
]);
for (const name of connectionFields) kinds.set(name, 'malformed');
for (const name of managedFields) kinds.set(name, 'managed');

const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Neither controls nor spaces; what a path may be made of is decided when it is cleaned. */
const TARGET = /^[\x21-\x7e\x80-\xff]+$/;
/** A token without capital letters. */
const NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
/** No control characters, no white space at either end. */
const VALUE = /^(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/;

export function kindOf(name: string, value: string): FieldKind {
  if (!VALUE.test(value)) return 'malformed';
  const kind = kinds.get(name);
  if (kind === 'method' && !METHOD.test(value)) return 'malformed';
  if (kind === 'path' && !TARGET.test(value)) return 'malformed';
  if (kind !== undefined) return kind;
  if (!NAME.test(name)) return 'malformed';
  return name.includes('_') ? 'underscored' : 'plain';
}

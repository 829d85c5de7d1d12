/** Options as they are when only what is given here was written. */
import { decodeTree } from '../../src/config/decode.ts';
import { parseDocument } from '../../src/config/document.ts';
import {
  type ChildTransport,
  type MulticlusterOptions,
  multiclusterOptions,
} from '../../src/providers/multicluster/options.ts';

export function parseOptions(options: object) {
  const { document } = parseDocument(JSON.stringify(options), 'traefik.json');
  return decodeTree(multiclusterOptions, document);
}

export function optionsOf(options: object): MulticlusterOptions {
  const { value, problems } = parseOptions(options);
  if (!value) throw new Error(problems.map(({ text }) => text).join('\n'));
  return value;
}

export function transportOptions(transport: Partial<ChildTransport> = {}): ChildTransport {
  const child = { address: 'https://127.0.0.1:1', serversTransport: transport };
  return optionsOf({ children: { one: child } }).children.one!.serversTransport;
}

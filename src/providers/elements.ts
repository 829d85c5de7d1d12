/** The named things a dynamic configuration is made of. */
import { isDeepStrictEqual } from 'node:util';
import type { DynamicConfiguration } from '../routing/schema/dynamic-configuration.ts';

export interface ElementKind {
  readonly section: 'http' | 'tcp' | 'udp' | 'tls';
  readonly group: string;
  /** The word for one of them, as in problems and origins. */
  readonly word: string;
}

const kind = (section: ElementKind['section'], group: string, word: string): ElementKind => ({
  section,
  group,
  word,
});

export const elementKinds: readonly ElementKind[] = [
  kind('http', 'routers', 'router'),
  kind('http', 'services', 'service'),
  kind('http', 'middlewares', 'middleware'),
  kind('http', 'serversTransports', 'serversTransport'),
  kind('http', 'uplinks', 'uplink'),
  kind('tcp', 'routers', 'tcp router'),
  kind('tcp', 'services', 'tcp service'),
  kind('tcp', 'middlewares', 'tcp middleware'),
  kind('tcp', 'serversTransports', 'tcp serversTransport'),
  kind('udp', 'routers', 'udp router'),
  kind('udp', 'services', 'udp service'),
  kind('tls', 'options', 'tls options'),
  kind('tls', 'stores', 'tls store'),
];

/** The elements of one kind by name; changing it changes the configuration. */
export function elementsOf(
  configuration: DynamicConfiguration,
  { section, group }: ElementKind,
): Record<string, unknown> {
  return (configuration[section] as unknown as Record<string, Record<string, unknown>>)[group] ?? {};
}

/** How an element is called in problems and in `Snapshot.origins`: `router web@docker`. */
export function elementName({ word }: ElementKind, name: string, provider: string): string {
  return `${word} ${name}@${provider}`;
}

/** Puts the objects of before in the place of equal new ones, so that identity tells what has changed. */
export function keepElements(configuration: DynamicConfiguration, before: DynamicConfiguration): void {
  for (const kind of elementKinds) {
    const elements = elementsOf(configuration, kind);
    const known = elementsOf(before, kind);
    for (const [name, element] of Object.entries(elements)) {
      if (isDeepStrictEqual(element, known[name])) elements[name] = known[name];
    }
  }
}

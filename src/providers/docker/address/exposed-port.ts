/** Which port of a container is meant, and where it is published. */
import { isIP } from 'node:net';
import type { Container } from '../container.ts';

/** The port of the label, else the lowest exposed one; tcp and udp count alike. */
export function portOf(container: Container, label: string): string | undefined {
  if (label !== '') return label;
  const lowest = container.ports[0];
  return lowest && String(lowest.number);
}

export interface Binding {
  readonly host: string;
  readonly port: string;
}

/** Where the port is published on the host; undefined when on no address, or on all of them. */
export function bindingOf(container: Container, port: string): Binding | undefined {
  const exposed = ['tcp', 'udp']
    .map((protocol) =>
      container.ports.find((one) => String(one.number) === port && one.protocol === protocol),
    )
    .find((one) => one && one.bindings.length > 0);
  const first = exposed?.bindings[0];
  if (!first || isIP(first.address) === 0 || isUnspecified(first.address)) return undefined;
  return { host: first.address, port: first.port };
}

function isUnspecified(address: string): boolean {
  return /^[0:.]+$/.test(address);
}

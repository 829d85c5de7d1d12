/** The one server that a container adds to each of its services. */
import { bindingOf, portOf } from '../address/exposed-port.ts';
import { type AddressNotice, addressOf, type Neighbourhood } from '../address/container-address.ts';
import type { Container } from '../container.ts';
import type { Notes } from '../notes.ts';

export interface ServerContext {
  readonly container: Container;
  /** Network of the label, else of the provider; empty for none. */
  readonly network: string;
  readonly useBindPortIP: boolean;
  readonly neighbourhood: Neighbourhood;
  readonly notes: Notes;
}

export interface Destination {
  /** IPv6 in brackets. */
  readonly host: string;
  readonly port: string;
}

/** Undefined with a problem noted: then nothing of the container can go live. */
export function destinationOf(context: ServerContext, portLabel: string): Destination | undefined {
  const { container, useBindPortIP, notes } = context;
  const port = portOf(container, portLabel);
  if (port === undefined) {
    notes.error({
      code: 'port-missing',
      text: 'The container exposes no port, and no label names one.',
      remedy: 'Add a label such as traefik.http.services.NAME.loadbalancer.server.port=8080.',
    });
    return undefined;
  }
  if (portLabel === '') notePorts(container, port, notes);
  const binding = useBindPortIP ? bindingOf(container, port) : undefined;
  if (binding) return { host: bracketed(binding.host), port: binding.port };
  const host = hostOf(context);
  return host === undefined ? undefined : { host, port };
}

function notePorts({ ports }: Container, used: string, notes: Notes): void {
  const numbers = [...new Set(ports.map((port) => port.number))];
  if (numbers.length < 2) return;
  notes.warning({
    code: 'port-ambiguous',
    text: `The container exposes the ports ${numbers.join(', ')}, and no label names one; ${used} is used.`,
    remedy: 'Name the right one with traefik.http.services.NAME.loadbalancer.server.port.',
  });
}

function hostOf({ container, network, neighbourhood, notes }: ServerContext): string | undefined {
  const result = addressOf(container, network, neighbourhood);
  if (result.notice) noteNetwork(result.notice, container, notes);
  if ('address' in result) return bracketed(result.address);
  notes.error({
    code: 'address-missing',
    text: `The container has no address to send requests to: ${result.fault}.`,
    remedy: 'Connect it to a network that this proxy is in, and name it in traefik.docker.network.',
  });
  return undefined;
}

function noteNetwork(notice: AddressNotice, { networks }: Container, notes: Notes): void {
  const names = networks.map((network) => network.name).join(', ');
  if (notice.kind === 'network-ambiguous') {
    notes.warning({
      code: 'network-ambiguous',
      text: `The container is in several networks (${names}); "${notice.used}" is used, the first by name.`,
      remedy: 'Name the right one in the label traefik.docker.network.',
    });
    return;
  }
  const { wanted, used } = notice;
  const prefixed = networks.find((network) => network.name.endsWith(`_${wanted}`));
  notes.warning({
    code: 'network-missing',
    place: { label: 'traefik.docker.network' },
    text: `The container is not in the network "${wanted}"${used === undefined ? '' : `; "${used}" is used`}.`,
    remedy: prefixed
      ? `Compose puts the project's name before it: write traefik.docker.network=${prefixed.name}.`
      : `Write one of the networks it is in (${names || 'none'}), or connect it.`,
  });
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

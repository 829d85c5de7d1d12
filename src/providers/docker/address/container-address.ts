/**
 * The address of a container, by a fixed order: the wanted network; for `host` mode the host; for `container:` mode
 * the other container; else the first network, by name, that this proxy is in too; else the first by name.
 */
import { isIPv4, isIPv6 } from 'node:net';
import type { AttachedNetwork, Container } from '../container.ts';
import { decodeSwitches } from '../switches.ts';

export interface Neighbourhood {
  /** `providers.docker.network`; empty for none. */
  readonly network: string;
  /** Where the ports of a container in `host` mode are. */
  readonly hostAddress: string;
  /** Names of the networks that this program's own container is in. */
  readonly ownNetworks: ReadonlySet<string>;
  /** By id, name, or the beginning of an id. */
  find(reference: string): Container | undefined;
}

export type AddressResult =
  | { readonly address: string; readonly notice?: AddressNotice }
  | { readonly fault: string; readonly notice?: AddressNotice };

/** What was unclear on the way; the address counts all the same. */
export type AddressNotice =
  | { readonly kind: 'network-missing'; readonly wanted: string; readonly used: string | undefined }
  | { readonly kind: 'network-ambiguous'; readonly used: string };

const containerModesMax = 8;

/** `wanted` is the network of the container's label, else of the provider; empty for none. */
export function addressOf(
  container: Container,
  wanted: string,
  neighbourhood: Neighbourhood,
  depth = 0,
): AddressResult {
  const network = container.networks.find((one) => one.name === wanted);
  if (wanted !== '' && network) return addressIn(network);
  if (container.networkMode === 'host') return { address: neighbourhood.hostAddress };
  if (container.networkMode.startsWith('container:')) {
    return addressOfOther(container, wanted, neighbourhood, depth);
  }
  return addressByOrder(container, wanted, neighbourhood.ownNetworks);
}

function addressOfOther(
  container: Container,
  wanted: string,
  neighbourhood: Neighbourhood,
  depth: number,
): AddressResult {
  const reference = container.networkMode.slice('container:'.length);
  const other = neighbourhood.find(reference);
  if (!other) return { fault: `it shares the network of container ${reference}, which is not there` };
  if (depth === containerModesMax) return { fault: 'it shares a network in a circle' };
  const own = decodeSwitches(other).switches.network ?? neighbourhood.network;
  return addressOf(other, own || wanted, neighbourhood, depth + 1);
}

function addressByOrder(
  { networks }: Container,
  wanted: string,
  ownNetworks: ReadonlySet<string>,
): AddressResult {
  const shared = networks.filter((one) => ownNetworks.has(one.name));
  const chosen = shared[0] ?? networks[0];
  const used = chosen?.name;
  const result = chosen ? addressIn(chosen) : { fault: 'it is in no network' };
  if (wanted !== '') return { ...result, notice: { kind: 'network-missing', wanted, used } };
  const clear = networks.length < 2 || shared.length === 1;
  return clear || used === undefined ? result : { ...result, notice: { kind: 'network-ambiguous', used } };
}

function addressIn({ name, ipv4, ipv6 }: AttachedNetwork): AddressResult {
  if (isIPv4(ipv4)) return { address: ipv4 };
  if (isIPv6(ipv6)) return { address: ipv6 };
  return { fault: `it has no address in the network ${name}` };
}

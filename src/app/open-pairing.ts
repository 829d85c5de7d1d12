import type { Logger } from '../observability/logger.ts';
import type { ConfiguredChild } from '../pairing/joining.ts';
import type { Pairing } from '../pairing/pairing.ts';
import type { ChildOptions } from '../providers/multicluster/options.ts';
import type { StaticConfiguration } from './static-options/static-configuration.ts';

export interface PairingPlace {
  /** The data directory. */
  readonly directory: string;
  readonly nodeId: string;
  readonly log: Logger;
  readonly stack: AsyncDisposableStack;
}

/** Pairing, where the configuration asks for it; the code of it is not even loaded elsewhere. */
export async function openPairing(
  { hub }: StaticConfiguration,
  { directory, nodeId, log, stack }: PairingPlace,
): Promise<Pairing | undefined> {
  if (hub.pairing === undefined) return undefined;
  const { Pairing } = await import('../pairing/pairing.ts');
  const children = Object.entries(hub.providers.multicluster?.children ?? {});
  const configured = children.flatMap(configuredChild);
  const place = { directory, node: nodeId, log };
  return stack.use(await Pairing.open({ ...place, options: hub.pairing, configured }));
}

/** The secret pairs those that are reached by TLS and for which there are no certificates. */
function configuredChild([name, { address, serversTransport }]: [string, ChildOptions]): ConfiguredChild[] {
  const url = URL.parse(address);
  if (url?.protocol !== 'https:') return [];
  const host = url.port === '' ? `${url.host}:443` : url.host;
  const { certificates, rootCAs, insecureSkipVerify } = serversTransport;
  const bySecret = certificates.length === 0 && rootCAs.length === 0 && !insecureSkipVerify;
  return [{ name, address: host, bySecret }];
}

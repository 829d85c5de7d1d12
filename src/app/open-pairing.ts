import type { Logger } from '../observability/logger.ts';
import type { Pairing } from '../pairing/pairing.ts';
import { configuredChildren } from '../providers/multicluster/configured-children.ts';
import type { WatchedFiles } from '../tls/watched-files.ts';
import type { StaticConfiguration } from './static-options/static-configuration.ts';

export interface PairingPlace {
  /** The data directory. */
  readonly directory: string;
  readonly nodeId: string;
  readonly files: WatchedFiles;
  readonly log: Logger;
  readonly stack: AsyncDisposableStack;
}

/** Pairing, where the configuration asks for it; the code of it is not even loaded elsewhere. */
export async function openPairing(
  { hub }: StaticConfiguration,
  { directory, nodeId, files, log, stack }: PairingPlace,
): Promise<Pairing | undefined> {
  if (hub.pairing === undefined) return undefined;
  const { Pairing } = await import('../pairing/pairing.ts');
  const { multicluster } = hub.providers;
  const configured = multicluster ? configuredChildren(multicluster) : [];
  const place = { directory, node: nodeId, files, log };
  return stack.use(await Pairing.open({ ...place, options: hub.pairing, configured }));
}

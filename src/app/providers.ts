import type { Counters } from '../observability/metrics/counters.ts';
import type { Logger } from '../observability/logger.ts';
import type { Pairing } from '../pairing/pairing.ts';
import type { Provider } from '../providers/provider.ts';
import type { WatchedFiles } from '../tls/watched-files.ts';
import type { StaticConfiguration } from './static-options/static-configuration.ts';

export interface ProviderSurroundings {
  readonly files: WatchedFiles;
  /** Stable name of this node, as children see it. */
  readonly nodeId: string;
  /** Children come from there as well. */
  readonly pairing: Pairing | undefined;
  readonly log: Logger;
  readonly counters: Counters;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The providers that the configuration names; the code of the others is never loaded. */
export async function createProviders(
  { providers, hub }: StaticConfiguration,
  { files, nodeId, pairing, log, counters, version, env }: ProviderSurroundings,
): Promise<Provider[]> {
  const created: Provider[] = [];
  if (providers.file !== undefined) {
    const { FileProvider } = await import('../providers/file/file-provider.ts');
    created.push(new FileProvider({ options: providers.file }));
  }
  if (providers.docker !== undefined) {
    const { DockerProvider } = await import('../providers/docker/docker-provider.ts');
    created.push(
      new DockerProvider({
        options: providers.docker,
        logger: log,
        environment: env,
        userAgent: `fairlead/${version}`,
      }),
    );
  }
  const { multicluster } = hub.providers;
  if (multicluster !== undefined && multicluster.enabled) {
    const { MulticlusterProvider } = await import('../providers/multicluster/multicluster-provider.ts');
    created.push(
      new MulticlusterProvider({
        options: multicluster,
        node: nodeId,
        files,
        counters,
        ...(pairing && { pairing }),
      }),
    );
  }
  return created;
}

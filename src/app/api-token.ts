import type { WatchedFiles } from '../tls/watched-files.ts';
import type { StaticConfiguration } from './static-options/static-configuration.ts';

/** The token of the API at the moment; undefined when there is none, or none that can be read. */
export function apiToken(api: StaticConfiguration['api'], files: WatchedFiles): () => string | undefined {
  return () => {
    if (!api?.tokenFile) return api?.token || undefined;
    const contents = files.contents(api.tokenFile);
    return 'text' in contents ? contents.text.trim() || undefined : undefined;
  };
}

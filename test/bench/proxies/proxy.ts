import type { Running } from '../processes.ts';

/** What a proxy is to be set up for: Host routes to one backend, all as good as it gets with one thread. */
export interface Setup {
  /** For its files; removed afterwards. */
  readonly folder: string;
  readonly port: number;
  readonly backendPort: number;
  readonly hosts: readonly string[];
}

/** A proxy that can be measured. */
export interface Proxy {
  readonly name: string;
  /** It is installed here. */
  available(): boolean;
  start(setup: Setup): Promise<Running>;
}

import type { Measured } from '../processes.ts';

/** What a proxy is to be set up for: Host routes to one backend, all as good as it gets with one thread. */
export interface Setup {
  /** For its files, and where the certificate `child` lies; removed afterwards. */
  readonly folder: string;
  readonly port: number;
  readonly backendPort: number;
  readonly hosts: readonly string[];
  /** Clients speak TLS. */
  readonly encrypted: boolean;
}

/** One thread for the requests, as everybody has here. */
export const goOnOneThread = ['env', 'GOMAXPROCS=1'];

/** A proxy that can be measured. */
export interface Proxy {
  readonly name: string;
  /** It is installed here. */
  available(): boolean;
  start(setup: Setup): Promise<Measured>;
}

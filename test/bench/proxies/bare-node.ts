import path from 'node:path';
import { Running } from '../processes.ts';
import type { Proxy } from './proxy.ts';

const server = path.resolve(import.meta.dirname, 'bare-node-server.mjs');

/** No proxy at all, but what every program on Node takes. */
export function bareNode(threads: number): Proxy {
  return {
    name: 'bare node',
    available: () => true,
    start: ({ port, folder, encrypted }) =>
      Running.start(
        [process.execPath, server, String(threads), String(port), ...(encrypted ? [folder] : [])],
        port,
      ),
  };
}

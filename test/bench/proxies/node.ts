import path from 'node:path';
import { Running } from '../processes.ts';
import type { Proxy } from './proxy.ts';

/** For reference: what a proxy costs that is put together of what Node and npm offer. */
export const node: Proxy = {
  name: 'node:http + undici',
  available: () => true,
  start({ folder, port, backendPort, encrypted }) {
    const script = path.join(import.meta.dirname, 'node-proxy.ts');
    const words = [script, String(port), String(backendPort), ...(encrypted ? [folder] : [])];
    return Running.start([process.execPath, ...words], port);
  },
};

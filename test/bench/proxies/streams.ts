/** The same programs, passing connections on as bytes. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { isInstalled, Running } from '../processes.ts';
import { routed, startFairlead } from './fairlead.ts';
import type { Proxy } from './proxy.ts';

const fairlead: Proxy = {
  name: 'fairlead',
  available: () => true,
  async start({ folder, port, backendPort, hosts, encrypted }) {
    const file = path.join(folder, 'streams.json');
    const servers = [{ address: `127.0.0.1:${backendPort}` }];
    const routers = { r: { rule: 'HostSNI(`*`)', service: 's', entryPoints: ['raw'] } };
    const tcp = { routers, services: { s: { loadBalancer: { servers } } } };
    writeFileSync(file, JSON.stringify({ tcp }));
    const running = await startFairlead(
      [
        `--entryPoints.raw.address=127.0.0.1:${port}`,
        `--providers.file.filename=${file}`,
        `--dataDirectory=${folder}/streams`,
      ],
      port,
    );
    await routed({ port, host: hosts[0]!, encrypted });
    return running;
  },
};

const haproxy: Proxy = {
  name: 'haproxy',
  available: () => isInstalled('haproxy'),
  start({ folder, port, backendPort }) {
    const file = path.join(folder, 'haproxy-streams.cfg');
    writeFileSync(
      file,
      `global
  nbthread 1
  maxconn 8192
defaults
  mode tcp
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen raw
  bind 127.0.0.1:${port}
  server s1 127.0.0.1:${backendPort}
`,
    );
    return Running.start(['haproxy', '-db', '-f', file], port);
  },
};

export const streamProxies: readonly Proxy[] = [fairlead, haproxy];

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isInstalled, Running } from '../processes.ts';
import type { Proxy } from './proxy.ts';

export const haproxy: Proxy = {
  name: 'haproxy',
  available: () => isInstalled('haproxy'),
  start({ folder, port, backendPort, hosts, encrypted }) {
    const map = path.join(folder, 'haproxy.map');
    writeFileSync(map, hosts.map((host) => `${host} backend\n`).join(''));
    const pem = path.join(folder, 'haproxy.pem');
    const part = (extension: string) => readFileSync(path.join(folder, `child.${extension}`), 'utf8');
    if (encrypted) writeFileSync(pem, part('crt') + part('key'));
    const file = path.join(folder, 'haproxy.cfg');
    writeFileSync(
      file,
      `global
  nbthread 1
  maxconn 8192
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  http-reuse always
frontend web
  bind 127.0.0.1:${port}${encrypted ? ` ssl crt ${pem} alpn h2,http/1.1` : ''}
  option forwardfor
  http-request set-header X-Forwarded-Proto ${encrypted ? 'https' : 'http'}
  http-request set-header X-Forwarded-Host %[req.hdr(host)]
  http-request set-header X-Forwarded-Port %[dst_port]
  http-request set-header X-Real-Ip %[src]
  use_backend %[req.hdr(host),lower,map_str(${map})]
backend backend
  server s1 127.0.0.1:${backendPort}
`,
    );
    return Running.start(['haproxy', '-db', '-f', file], port);
  },
};

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isInstalled, Running } from '../processes.ts';
import type { Proxy, Setup } from './proxy.ts';

const many = 1_000_000_000;

export const nginx: Proxy = {
  name: 'nginx',
  available: () => isInstalled('nginx'),
  start: (setup) => startNginx(setup, 'proxy', proxyServers(setup)),
};

/** A server that answers everything with the same 100 bytes. */
export function startBackend(folder: string, port: number): Promise<Running> {
  const server = `server { listen 127.0.0.1:${port}; location / { return 200 "${'x'.repeat(100)}"; } }`;
  return startNginx({ folder, port }, 'backend', server);
}

function startNginx(
  { folder, port }: Pick<Setup, 'folder' | 'port'>,
  name: string,
  http: string,
): Promise<Running> {
  const home = path.join(folder, name);
  mkdirSync(home, { recursive: true });
  const file = path.join(home, 'nginx.conf');
  writeFileSync(
    file,
    `worker_processes 1; daemon off; pid ${home}/pid; error_log ${home}/error.log;
    events { worker_connections 8192; }
    http {
      access_log off; keepalive_requests ${many};
      client_body_temp_path ${home}/b; proxy_temp_path ${home}/p; fastcgi_temp_path ${home}/f;
      uwsgi_temp_path ${home}/u; scgi_temp_path ${home}/s;
      ${http}
    }`,
  );
  return Running.start(['nginx', '-p', home, '-e', `${home}/error.log`, '-c', file], port);
}

function proxyServers({ port, backendPort, hosts }: Setup): string {
  const location = `location / {
      proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-Host $http_host;
      proxy_set_header X-Forwarded-Port $server_port; proxy_set_header X-Real-Ip $remote_addr;
    }`;
  const servers = hosts.map(
    (host) => `server { listen 127.0.0.1:${port}; server_name ${host}; ${location} }`,
  );
  return `server_names_hash_max_size 262144; server_names_hash_bucket_size 128;
    upstream backend { server 127.0.0.1:${backendPort}; keepalive 256; keepalive_requests ${many}; }
    ${servers.join('\n')}`;
}

import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isInstalled, Running } from '../processes.ts';
import type { Proxy, Setup } from './proxy.ts';

const many = 1_000_000_000;

export const nginx: Proxy = {
  name: 'nginx',
  available: () => isInstalled('nginx'),
  start: (setup) => startNginx(setup, 'proxy', proxyServers(setup)),
};

/** Sizes that the backend serves by the name `/<size>`. */
const sizes = [1_048_576, 104_857_600, 1_073_741_824];

/** A server that answers with 100 bytes, or with a file of a size. */
export function startBackend(folder: string, port: number): Promise<Running> {
  const files = path.join(folder, 'files');
  mkdirSync(files, { recursive: true });
  for (const size of sizes) {
    writeFileSync(path.join(files, String(size)), '');
    truncateSync(path.join(files, String(size)), size);
  }
  const server = `server { listen 127.0.0.1:${port}; sendfile on; root ${files};
    location / { return 200 "${'x'.repeat(100)}"; } location ~ "^/\\d+$" { } }`;
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
    worker_rlimit_nofile 65536; events { worker_connections 32768; }
    http {
      access_log off; client_max_body_size 0; keepalive_requests ${many};
      client_body_temp_path ${home}/b; proxy_temp_path ${home}/p; fastcgi_temp_path ${home}/f;
      uwsgi_temp_path ${home}/u; scgi_temp_path ${home}/s;
      ${http}
    }`,
  );
  return Running.start(['nginx', '-p', home, '-e', `${home}/error.log`, '-c', file], port);
}

function proxyServers({ folder, port, backendPort, hosts, encrypted }: Setup): string {
  const location = `location / {
      proxy_pass http://backend; proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $switch;
      proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-Host $http_host;
      proxy_set_header X-Forwarded-Port $server_port; proxy_set_header X-Real-Ip $remote_addr;
    }`;
  const listen = `listen 127.0.0.1:${port}${encrypted ? ' ssl http2' : ''};`;
  const servers = hosts.map((host) => `server { ${listen} server_name ${host}; ${location} }`);
  const certificate = `ssl_certificate ${folder}/child.crt; ssl_certificate_key ${folder}/child.key;
    ssl_protocols TLSv1.3; ssl_session_cache shared:s:10m;`;
  return `map $http_upgrade $switch { default upgrade; '' ''; } proxy_max_temp_file_size 0;
    ${encrypted ? certificate : ''} server_names_hash_max_size 262144; server_names_hash_bucket_size 128;
    upstream backend { server 127.0.0.1:${backendPort}; keepalive 256; keepalive_requests ${many}; }
    ${servers.join('\n')}`;
}

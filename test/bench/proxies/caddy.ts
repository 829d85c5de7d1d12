import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { isInstalled, Running } from '../processes.ts';
import { goOnOneThread, type Proxy } from './proxy.ts';

export const caddy: Proxy = {
  name: 'caddy',
  available: () => isInstalled('caddy'),
  start({ folder, port, backendPort, hosts, encrypted }) {
    const scheme = encrypted ? 'https' : 'http';
    const sites = hosts.map((host) => `${scheme}://${host}:${port}`).join(', ');
    const certificate = encrypted ? `tls ${folder}/child.crt ${folder}/child.key` : '';
    const file = path.join(folder, 'Caddyfile');
    writeFileSync(
      file,
      `{
  admin off
  auto_https off
  storage file_system ${folder}/caddy
  log {
    level ERROR
  }
}
${sites} {
  bind 127.0.0.1
  ${certificate}
  reverse_proxy 127.0.0.1:${backendPort}
}
`,
    );
    // Its first words are no errors.
    const command = `exec caddy run --adapter caddyfile --config ${file} 2>/dev/null`;
    return Running.start([...goOnOneThread, 'sh', '-c', command], port);
  },
};

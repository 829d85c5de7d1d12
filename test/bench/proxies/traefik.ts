import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { isInstalled, Running } from '../processes.ts';
import { routed, routes } from './fairlead.ts';
import { goOnOneThread, type Proxy } from './proxy.ts';

/** Our own routes are its routes as they are. */
export const traefik: Proxy = {
  name: 'traefik',
  available: () => isInstalled('traefik'),
  async start(setup) {
    const { folder, port, hosts, encrypted } = setup;
    const file = path.join(folder, 'traefik.yml');
    writeFileSync(file, JSON.stringify(routes(setup)));
    const running = await Running.start(
      [
        ...goOnOneThread,
        'traefik',
        '--log.level=ERROR',
        '--global.checknewversion=false',
        `--entryPoints.web.address=127.0.0.1:${port}`,
        `--providers.file.filename=${file}`,
      ],
      port,
    );
    await routed({ port, host: hosts[0]!, encrypted });
    return running;
  },
};

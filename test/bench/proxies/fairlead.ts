import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Running } from '../processes.ts';
import type { Proxy } from './proxy.ts';

const program = path.resolve(import.meta.dirname, '../../../src/main.ts');

/** The program with one worker and its routes in a file. */
export const fairlead: Proxy = {
  name: 'fairlead',
  available: () => true,
  async start({ folder, port, backendPort, hosts }) {
    const file = path.join(folder, 'fairlead.json');
    const routers = hosts.map((host, index) => [
      `r${index}`,
      { rule: `Host(\`${host}\`)`, service: 's', entryPoints: ['web'] },
    ]);
    const services = { s: { loadBalancer: { servers: [{ url: `http://127.0.0.1:${backendPort}` }] } } };
    writeFileSync(file, JSON.stringify({ http: { routers: Object.fromEntries(routers), services } }));
    const running = await startFairlead(
      [`--entryPoints.web.address=127.0.0.1:${port}`, `--providers.file.filename=${file}`],
      port,
    );
    await routed(port, hosts[0]!);
    return running;
  },
};

export function startFairlead(options: readonly string[], port: number): Promise<Running> {
  return Running.start([process.execPath, program, '--workers=1', '--log.level=ERROR', ...options], port);
}

/** The port opens with the first configuration; be sure that it is the right one. */
async function routed(port: number, host: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await answers(port, host)) return;
    await delay(50);
  }
  throw new Error(`fairlead does not route ${host}.`);
}

/** Whether a GET for the host is answered with 200. */
export async function answers(port: number, host: string): Promise<boolean> {
  const { request } = await import('node:http');
  return new Promise((done) => {
    const sent = request({ port, host: '127.0.0.1', headers: { host }, agent: false }, (response) => {
      response.resume().on('end', () => done(response.statusCode === 200));
    });
    sent.on('error', () => done(false)).end();
  });
}

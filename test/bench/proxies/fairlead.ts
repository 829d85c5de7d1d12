import { writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Running } from '../processes.ts';
import type { Proxy } from './proxy.ts';

const program = path.resolve(import.meta.dirname, '../../../src/main.ts');

/** The program with one worker and its routes in a file. */
export const fairlead: Proxy = {
  name: 'fairlead',
  available: () => true,
  async start({ folder, port, backendPort, hosts, encrypted }) {
    const file = path.join(folder, 'fairlead.json');
    const routers = hosts.map((host, index) => [
      `r${index}`,
      { rule: `Host(\`${host}\`)`, service: 's', entryPoints: ['web'], ...(encrypted ? { tls: {} } : {}) },
    ]);
    const services = { s: { loadBalancer: { servers: [{ url: `http://127.0.0.1:${backendPort}` }] } } };
    const tls = { stores: { default: { defaultCertificate: pair(folder) } } };
    const http = { routers: Object.fromEntries(routers), services };
    writeFileSync(file, JSON.stringify(encrypted ? { http, tls } : { http }));
    const running = await startFairlead(
      [
        `--entryPoints.web.address=127.0.0.1:${port}`,
        `--providers.file.filename=${file}`,
        `--dataDirectory=${folder}/fairlead`,
      ],
      port,
    );
    await routed({ port, host: hosts[0]!, encrypted });
    return running;
  },
};

/** The certificate that clients are shown. */
function pair(folder: string): { certFile: string; keyFile: string } {
  return { certFile: `${folder}/child.crt`, keyFile: `${folder}/child.key` };
}

export function startFairlead(options: readonly string[], port: number): Promise<Running> {
  return Running.start([process.execPath, program, '--workers=1', '--log.level=ERROR', ...options], port);
}

/** The port opens with the first configuration; be sure that it is the right one. */
export async function routed(target: { port: number; host: string; encrypted: boolean }): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await answers(target.port, target.host, target.encrypted)) return;
    await delay(50);
  }
  throw new Error(`fairlead does not route ${target.host}.`);
}

/** Whether a GET for the host is answered with 200. */
export async function answers(port: number, host: string, encrypted = false): Promise<boolean> {
  const { request } = await import(encrypted ? 'node:https' : 'node:http');
  return new Promise((done) => {
    const options = { port, host: '127.0.0.1', headers: { host }, agent: false, rejectUnauthorized: false };
    const sent = request(options, (response: IncomingMessage) => {
      response.resume().on('end', () => done(response.statusCode === 200));
    });
    sent.on('error', () => done(false)).end();
  });
}

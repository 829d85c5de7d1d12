import { writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { builtProgram } from '../build.ts';
import { Running } from '../processes.ts';
import type { Proxy, Setup } from './proxy.ts';

export interface Fitting {
  /** As it is called among the proxies. */
  readonly name: string;
  readonly flags?: readonly string[];
  /** What every request passes, by name. */
  readonly middlewares?: Readonly<Record<string, object>>;
}

/** The program with one worker and its routes in a file, and with more than that where it is wanted. */
export function fairleadWith({ name, flags = [], middlewares = {} }: Fitting): Proxy {
  return {
    name,
    available: () => true,
    async start(setup) {
      const { folder, port, hosts, encrypted } = setup;
      const file = path.join(folder, `${name.replaceAll(' ', '-')}.json`);
      writeFileSync(file, JSON.stringify(routes(setup, middlewares)));
      const running = await startFairlead(
        [
          `--entryPoints.web.address=127.0.0.1:${port}`,
          `--providers.file.filename=${file}`,
          `--dataDirectory=${folder}/${path.basename(file, '.json')}`,
          ...flags,
        ],
        port,
      );
      await routed({ port, host: hosts[0]!, encrypted });
      return running;
    },
  };
}

export const fairlead = fairleadWith({ name: 'fairlead' });

/** For a file provider. */
export function routes({ folder, backendPort, hosts, encrypted }: Setup, middlewares: object = {}): object {
  const common = { service: 's', entryPoints: ['web'], middlewares: Object.keys(middlewares) };
  const routers = hosts.map((host, index) => [
    `r${index}`,
    { rule: `Host(\`${host}\`)`, ...common, ...(encrypted && { tls: {} }) },
  ]);
  const services = { s: { loadBalancer: { servers: [{ url: `http://127.0.0.1:${backendPort}` }] } } };
  const tls = { stores: { default: { defaultCertificate: pair(folder) } } };
  const http = { routers: Object.fromEntries(routers), services, middlewares };
  return encrypted ? { http, tls } : { http };
}

/** The certificate that clients are shown. */
function pair(folder: string): { certFile: string; keyFile: string } {
  return { certFile: `${folder}/child.crt`, keyFile: `${folder}/child.key` };
}

export function startFairlead(options: readonly string[], port: number): Promise<Running> {
  const usual = options.some((option) => option.startsWith('--workers=')) ? [] : ['--workers=1'];
  return Running.start([process.execPath, builtProgram(), ...usual, '--log.level=ERROR', ...options], port);
}

/** The port opens with the first configuration; be sure that it is the right one. */
export async function routed(target: { port: number; host: string; encrypted: boolean }): Promise<void> {
  for (let tries = 0; tries < 2000; tries++) {
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

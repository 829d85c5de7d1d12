import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '../../../examples/demo/ports.ts';
import { type Measured, Together } from '../processes.ts';
import { routed, startFairlead } from './fairlead.ts';
import type { Proxy, Setup } from './proxy.ts';

/** Two of the program on one machine: what the parent is asked for, the child serves. */
export const parentAndChild: Proxy = {
  name: 'fairlead',
  available: () => true,
  async start(setup) {
    const uplinkPort = await freePort();
    const child = await startChild(setup, uplinkPort);
    const parent = await startParent(setup, uplinkPort);
    await routed({ port: setup.port, host: setup.hosts[0]!, encrypted: false });
    return new Together([parent, child]);
  },
};

async function startChild({ folder, backendPort }: Setup, uplinkPort: number): Promise<Measured> {
  const clientAuth = { caFiles: [`${folder}/ca.crt`], clientAuthType: 'RequireAndVerifyClientCert' };
  const configuration = {
    http: {
      routers: { all: { rule: 'PathPrefix(`/`)', service: 's', uplinks: ['bench'] } },
      services: { s: { loadBalancer: { servers: [{ url: `http://127.0.0.1:${backendPort}` }] } } },
      uplinks: { bench: {} },
    },
    tls: {
      stores: { default: { defaultCertificate: pair(folder, 'child') } },
      options: { parents: { clientAuth } },
    },
  };
  return startNode({ folder, name: 'child', port: uplinkPort, configuration }, [
    `--entryPoints.web.address=127.0.0.1:${await freePort()}`,
    `--hub.uplinkEntryPoints.uplink.address=127.0.0.1:${uplinkPort}`,
    '--hub.uplinkEntryPoints.uplink.http.tls.options=parents@file',
    '--hub.providers.multicluster=true',
  ]);
}

function startParent({ folder, port, hosts }: Setup, uplinkPort: number): Promise<Measured> {
  const routers = hosts.map((host, index) => [
    `r${index}`,
    { rule: `Host(\`${host}\`)`, service: 'bench@multicluster', entryPoints: ['web'] },
  ]);
  const configuration = { http: { routers: Object.fromEntries(routers) } };
  const child = '--hub.providers.multicluster.children.child';
  const { certFile, keyFile } = pair(folder, 'parent');
  return startNode({ folder, name: 'parent', port, configuration }, [
    `--entryPoints.web.address=127.0.0.1:${port}`,
    `${child}.address=https://127.0.0.1:${uplinkPort}`,
    `${child}.serversTransport.rootCAs=${folder}/ca.crt`,
    `${child}.serversTransport.certificates[0].certFile=${certFile}`,
    `${child}.serversTransport.certificates[0].keyFile=${keyFile}`,
  ]);
}

interface NodeSetup {
  readonly folder: string;
  readonly name: string;
  /** That opens when it is ready. */
  readonly port: number;
  readonly configuration: object;
}

function startNode({ folder, name, port, configuration }: NodeSetup, options: string[]): Promise<Measured> {
  const home = path.join(folder, name);
  mkdirSync(home, { recursive: true });
  const file = path.join(home, 'dynamic.json');
  writeFileSync(file, JSON.stringify(configuration));
  return startFairlead(
    [...options, `--providers.file.filename=${file}`, `--dataDirectory=${home}/state`],
    port,
  );
}

function pair(folder: string, name: string): { certFile: string; keyFile: string } {
  return { certFile: `${folder}/${name}.crt`, keyFile: `${folder}/${name}.key` };
}

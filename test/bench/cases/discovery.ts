import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Engine } from '../../conformance/engine.mjs';
import { freePort } from '../../../examples/demo/ports.ts';
import { answers, startFairlead } from '../proxies/fairlead.ts';
import type { BenchOptions, Row } from '../report.ts';

const containersPerRun = 10;
const giveUpMs = 120_000;

/** From the engine's word that a container has started to its first answer, through the child and its parent. */
export async function discovery(options: BenchOptions): Promise<Row[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'fairlead-bench-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const servicePort = await freePort();
  const service = createServer((_, response) => response.end('here')).listen(servicePort, '127.0.0.1');
  stack.defer(() => void service.close());
  const engine = new Engine({ containers: [] });
  const endpoint: string = await engine.listen(`unix://${folder}/engine.sock`);
  stack.defer(() => engine.close());
  const ports = { child: await freePort(), uplink: await freePort(), parent: await freePort() };
  stack.use(await startChild({ folder, endpoint, ports }));
  stack.use(await startParent({ folder, ports }));
  await engine.streaming();
  // Awaited here: what is returned unawaited outlives the stack.
  return await measured({ engine, ports, servicePort, count: options.runs * containersPerRun });
}

interface Ports {
  readonly child: number;
  readonly uplink: number;
  readonly parent: number;
}

function startChild({ folder, endpoint, ports }: { folder: string; endpoint: string; ports: Ports }) {
  return startFairlead(
    [
      `--entryPoints.web.address=127.0.0.1:${ports.child}`,
      `--hub.uplinkEntryPoints.uplink.address=127.0.0.1:${ports.uplink}`,
      '--hub.providers.multicluster=true',
      `--providers.docker.endpoint=${endpoint}`,
      `--dataDirectory=${folder}/child`,
    ],
    ports.child,
  );
}

function startParent({ folder, ports }: { folder: string; ports: Ports }) {
  const file = path.join(folder, 'parent.json');
  const router = { rule: 'PathPrefix(`/`)', service: 'bench@multicluster', entryPoints: ['web'] };
  writeFileSync(file, JSON.stringify({ http: { routers: { all: router } } }));
  return startFairlead(
    [
      `--entryPoints.web.address=127.0.0.1:${ports.parent}`,
      `--hub.providers.multicluster.children.child.address=http://127.0.0.1:${ports.uplink}`,
      '--hub.providers.multicluster.pollInterval=1',
      `--providers.file.filename=${file}`,
      `--dataDirectory=${folder}/parent`,
    ],
    ports.parent,
  );
}

interface Scene {
  readonly engine: Engine;
  readonly ports: Ports;
  readonly servicePort: number;
  readonly count: number;
}

async function measured({ engine, ports, servicePort, count }: Scene): Promise<Row[]> {
  const child: number[] = [];
  const parent: number[] = [];
  for (let index = 0; index < count; index++) {
    const host = `host-${index}.bench.test`;
    const container = {
      name: `c${index}`,
      networks: { bridge: '127.0.0.1' },
      labels: {
        'traefik.http.routers.r.rule': `Host(\`${host}\`)`,
        'traefik.http.services.s.loadbalancer.server.port': String(servicePort),
        'hub.uplinks': 'bench',
      },
    };
    engine.set([container]);
    engine.emit('start', container.name);
    const begun = performance.now();
    await Promise.all([until(ports.child, host, begun, child), until(ports.parent, host, begun, parent)]);
    engine.set([]);
    engine.emit('die', container.name);
    await delay(50);
  }
  const row = { proxy: 'fairlead', unit: 'ms' };
  return [
    { ...row, case: 'discovery, child', samples: child },
    { ...row, case: 'discovery, parent', samples: parent },
  ];
}

async function until(port: number, host: string, begun: number, samples: number[]): Promise<void> {
  while (!(await answers(port, host))) {
    if (performance.now() - begun > giveUpMs) throw new Error(`${host} is not served on port ${port}.`);
    await delay(1);
  }
  samples.push(performance.now() - begun);
}

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { freePort } from '../../examples/demo/ports.ts';
import { makeImage } from '../../examples/demo/image.ts';
import { count, lookUntil } from '../../examples/demo/traffic.ts';
import { root } from '../tidy/source-tree.ts';
import { ComposeProject, noCompose } from './compose-project.ts';
import { dockerAt, endpoint, noEngine } from './engine.ts';
import { buildProgramImage } from './program-image.ts';

const base = 'fairlead-test-base';
const program = 'fairlead-test-program';

test('every Compose file is valid', { skip: noCompose }, () => {
  const env = { CHILD_ADDRESS: '192.0.2.1' };
  const both = ['child.yml', 'socket-proxy.yml'].map((name) => `compose/${name}`);
  const alone = globSync(['compose/*.yml', 'examples/**/{compose,child,parent}.yml'], { cwd: root });
  for (const files of [
    ...alone.filter((name) => !name.endsWith('socket-proxy.yml')).map((name) => [name]),
    both,
  ]) {
    assert.doesNotThrow(
      () => ComposeProject.check({ endpoint: 'unix:///', folder: root, files, env }),
      String(files),
    );
  }
});

describe('the image, compose/ and examples/ on a real engine', { skip: noEngine || noCompose }, () => {
  const docker = dockerAt(endpoint ?? 'unix:///');
  const folder = mkdtempSync(path.join(tmpdir(), 'fairlead-compose-'));
  const socket = new URL(endpoint ?? 'unix:///').pathname;

  before(async () => {
    for (const name of ['compose', 'examples']) {
      cpSync(path.join(root, name), path.join(folder, name), { recursive: true, verbatimSymlinks: true });
    }
    await makeImage(docker, `${base}:latest`);
    await buildProgramImage(docker, { tag: program, base });
  });

  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    for (const image of [program, base]) await docker.getImage(image).remove({ force: true });
  });

  /** Variables that all the files know. */
  const environment = async () => ({
    FAIRLEAD_IMAGE: program,
    SHOP_IMAGE: base,
    WHOAMI_IMAGE: base,
    DOCKER_SOCKET: socket,
    DOCKER_GID: String(statSync(socket).gid),
    FAIRLEAD_HTTP_PORT: String(await freePort()),
    FAIRLEAD_UPLINK_PORT: String(await freePort()),
  });

  const certificates = (names: string[], into: string) =>
    execFileSync(path.join(folder, 'examples/own-certificates/certificates.sh'), [...names, 'into', into]);

  /** What answers, once anything does. */
  const answered = async (project: ComposeProject, port: string, host: string) => {
    const { seen, found } = await lookUntil(
      () => count(Number(port), host, 4),
      (counts) => counts['service'] === 4,
    );
    assert.ok(found, `${JSON.stringify(seen)}\n${project.logs}`);
  };

  const healthy = async (project: ComposeProject, service: string) => {
    const id = project.run('ps', '-q', service).trim();
    const health = async () => (await docker.getContainer(id).inspect()).State.Health?.Status;
    const { seen } = await lookUntil(health, (status) => status === 'healthy');
    assert.equal(seen, 'healthy', project.logs);
  };

  test('the image runs without rights and answers to both names', async () => {
    const { Config } = await docker.getImage(program).inspect();
    assert.equal(Config.User, '65532:65532');
    for (const command of [['version'], ['traefik', 'version']]) {
      assert.match(await output(command), /\d+\.\d+\.\d+/);
    }
    assert.match(await output(['version'], ['/usr/local/bin/traefik']), /\d+\.\d+\.\d+/);
  });

  test('examples/single-host serves a container by its labels, and the health check passes', async () => {
    const env = await environment();
    const at = path.join(folder, 'examples/single-host');
    await using project = ComposeProject.up({ endpoint: endpoint!, folder: at, files: ['compose.yml'], env });
    await answered(project, env.FAIRLEAD_HTTP_PORT, 'whoami.localhost');
    await healthy(project, 'fairlead');
  });

  test('examples/own-certificates serves through a child and a parent with mutual TLS', async () => {
    const env = await environment();
    const at = path.join(folder, 'examples/own-certificates');
    certificates(['child.example.com'], path.join(at, 'certificates'));
    const plan = { endpoint: endpoint!, folder: at };
    await using child = ComposeProject.up({ ...plan, files: ['child.yml'], env });
    const address = await gateway(`${child.name}_default`);
    const reach = { ...env, CHILD_ADDRESS: address };
    const parentFile = path.join(at, 'parent/fairlead.yml');
    const port = `:${env.FAIRLEAD_UPLINK_PORT}`;
    writeFileSync(parentFile, readFileSync(parentFile, 'utf8').replace(':9443', port));
    await using parent = ComposeProject.up({ ...plan, files: ['parent.yml'], env: reach });
    await answered(parent, env.FAIRLEAD_HTTP_PORT, 'shop.example.com');
  });

  test('examples/vm-to-container moves from a VM into a container without a lost request', async () => {
    const env = { ...(await environment()), SHOP_PORT: '8080' };
    const at = path.join(folder, 'examples/vm-to-container');
    const routes = path.join(at, 'routes/shop.yml');
    const vmPort = await freePort();
    await using stack = new AsyncDisposableStack();
    const vm = spawn(process.execPath, [path.join(folder, 'examples/demo/service.mjs')], {
      env: { NAME: 'vm', PORT: String(vmPort) },
    });
    stack.defer(() => void vm.kill());
    const plan = { endpoint: endpoint!, folder: at, files: ['compose.yml'], env };
    const project = stack.use(ComposeProject.up(plan));
    const vmAddress = `${await gateway(`${project.name}_default`)}:${vmPort}`;
    writeFileSync(routes, readFileSync(routes, 'utf8').replace('192.0.2.20:8080', vmAddress));
    const port = Number(env.FAIRLEAD_HTTP_PORT);
    const spread = (wanted: Record<string, number>) =>
      lookUntil(
        () => count(port, 'shop.localhost', 20),
        (counts) => JSON.stringify(Object.entries(counts).sort()) === JSON.stringify(Object.entries(wanted)),
      );
    const before = await spread({ service: 2, vm: 18 });
    assert.ok(before.found, `${JSON.stringify(before.seen)}\n${project.logs}`);

    const moved = readFileSync(routes, 'utf8')
      .replace('weight: 90', 'weight: 0')
      .replace('weight: 10', 'weight: 100');
    writeFileSync(routes, moved);
    const during = await count(port, 'shop.localhost', 200);
    assert.deepEqual(
      Object.keys(during).filter((name) => name.startsWith('status')),
      [],
    );
    const afterwards = await spread({ service: 20 });
    assert.ok(afterwards.found, `${JSON.stringify(afterwards.seen)}\n${project.logs}`);
  });

  test('compose/both.yml pairs without hands and serves through parent and child on one host', async () => {
    const env = await environment();
    const at = path.join(folder, 'compose');
    writeFileSync(path.join(at, 'pairing-secret'), `${randomBytes(32).toString('base64')}\n`);
    await using project = ComposeProject.up({
      endpoint: endpoint!,
      folder: at,
      files: ['both.yml'],
      env: { ...env, SHOP_PORT: '8080' },
    });
    await answered(project, env.FAIRLEAD_HTTP_PORT, 'shop.localhost');
    await healthy(project, 'parent');
    await healthy(project, 'child');
  });

  async function gateway(network: string): Promise<string> {
    const { IPAM } = await docker.getNetwork(network).inspect();
    const address = IPAM?.Config?.[0]?.Gateway;
    assert.ok(address, `${network} has no gateway`);
    return address;
  }

  async function output(command: string[], entrypoint?: string[]): Promise<string> {
    const container = await docker.createContainer({
      Image: program,
      Cmd: command,
      HostConfig: { NetworkMode: 'none' },
      ...(entrypoint && { Entrypoint: entrypoint }),
    });
    try {
      await container.start();
      await container.wait();
      return String(await container.logs({ stdout: true, stderr: true }));
    } finally {
      await container.remove({ force: true });
    }
  }
});

import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { DockerProvider } from '../../../src/providers/docker/docker-provider.ts';
import type { Snapshot } from '../../../src/providers/provider.ts';
import { Engine } from '../../conformance/engine.mjs';
import { optionsOf } from './containers.ts';

const folder = mkdtempSync(join(tmpdir(), 'docker-provider-'));
after(() => rmSync(folder, { recursive: true }));

const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent, reopen() {} };
const cafe = { name: 'cafe', labels: {} };
const tea = { name: 'tea', labels: {} };

/** A provider and what it has delivered so far. */
async function started(written: object, settings: object = {}) {
  const snapshots: Snapshot[] = [];
  let changed = () => {};
  const provider = new DockerProvider({
    options: optionsOf(written),
    logger: silent,
    environment: {},
    userAgent: 'test',
    ...settings,
  });
  await provider.start((snapshot) => {
    snapshots.push(snapshot);
    changed();
  });
  const until = async (fits: (snapshot: Snapshot) => boolean): Promise<Snapshot> => {
    for (;;) {
      const last = snapshots.at(-1);
      if (last && fits(last)) return last;
      await new Promise<void>((resolve) => (changed = resolve));
    }
  };
  return { snapshots, until, [Symbol.asyncDispose]: () => provider[Symbol.asyncDispose]() };
}

const routers = ({ configuration }: Snapshot) => Object.keys(configuration.http.routers).sort().join(' ');
const has = (names: string) => (snapshot: Snapshot) => routers(snapshot) === names;

function standIn(t: TestContext, state: object) {
  const engine = new Engine(state);
  t.after(() => engine.close().catch(() => {}));
  return engine;
}

let sockets = 0;
const socket = () => `unix://${join(folder, `engine-${++sockets}.sock`)}`;

describe('the Docker provider', () => {
  it('follows containers that start and stop', async (t) => {
    const engine = standIn(t, { containers: [cafe] });
    await using provider = await started({ endpoint: await engine.listen(socket()) });
    await provider.until(has('cafe'));
    engine.set([cafe, tea]);
    engine.emit('start', 'tea');
    await provider.until(has('cafe tea'));
    engine.set([{ ...cafe, state: 'paused' }, tea]);
    engine.emit('pause', 'cafe');
    await provider.until(has('tea'));
    engine.set([]);
    engine.emit('destroy', 'tea');
    engine.emit('destroy', 'cafe');
    await provider.until(has(''));
  });

  it('picks up a network that is connected later', async (t) => {
    const engine = standIn(t, { containers: [{ ...cafe, networks: { one: '' } }] });
    await using provider = await started({ endpoint: await engine.listen(socket()) });
    await provider.until((snapshot) => snapshot.problems.some(({ code }) => code === 'address-missing'));
    const connected = {
      ...cafe,
      networks: { one: '', two: '10.0.0.9' },
      labels: { 'traefik.docker.network': 'two' },
    };
    engine.set([connected]);
    const container = engine.find('cafe')?.id;
    engine.emit('connect', 'two', { type: 'network', attributes: { container } });
    await provider.until(has('cafe'));
  });

  it('tells nothing when nothing has changed', async (t) => {
    const engine = standIn(t, { containers: [cafe, tea] });
    await using provider = await started({ endpoint: await engine.listen(socket()) }, { reconcileMs: 20 });
    await provider.until(has('cafe tea'));
    engine.set([tea, cafe].map((one, index) => ({ ...one, networks: { bridge: `172.17.0.${3 - index}` } })));
    const before = engine.counts.list;
    while (engine.counts.list < before + 3) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(provider.snapshots.length, 1);
  });

  it('keeps what it knew while the engine is away, and says so', async (t) => {
    const address = socket();
    const engine = standIn(t, { containers: [cafe] });
    await engine.listen(address);
    await using provider = await started({ endpoint: address });
    await provider.until(has('cafe'));
    await engine.close();
    const away = await provider.until(({ problems }) => problems.length > 0);
    assert.equal(routers(away), 'cafe');
    assert.match(away.problems[0]?.code ?? '', /^engine-/);
    const next = standIn(t, { containers: [cafe, tea] });
    await next.listen(address);
    const back = await provider.until(has('cafe tea'));
    assert.deepEqual(back.problems, []);
  });

  it('asks only for version, events, list and inspect', async (t) => {
    const engine = standIn(t, { containers: [cafe] });
    const asked = new Set<string>();
    engine.server.prependListener('request', ({ method, url = '' }: { method: string; url?: string }) =>
      asked.add(
        `${method} ${url
          .replace(/\?.*/, '')
          .replace(/\/v1\.\d+/, '')
          .replace(/[0-9a-f]{64}/, 'ID')}`,
      ),
    );
    await using provider = await started({ endpoint: await engine.listen(socket()) });
    await provider.until(has('cafe'));
    assert.deepEqual([...asked].sort(), [
      'GET /containers/ID/json',
      'GET /containers/json',
      'GET /events',
      'GET /version',
    ]);
  });

  for (const versions of [
    { apiVersion: '1.41', minApiVersion: '1.12' },
    { apiVersion: '1.44', minApiVersion: '1.44' },
    { apiVersion: '1.99', minApiVersion: '1.44' },
  ]) {
    it(`speaks with an engine of API ${versions.minApiVersion} to ${versions.apiVersion} over TCP`, async (t) => {
      const engine = standIn(t, { containers: [cafe], ...versions });
      await using provider = await started({ endpoint: await engine.listen('tcp://127.0.0.1:0') });
      await provider.until(has('cafe'));
      await engine.close();
    });
  }

  it('says which versions do not meet', async (t) => {
    const engine = standIn(t, { containers: [cafe], apiVersion: '1.39', version: '18.09' });
    await using provider = await started({ endpoint: await engine.listen(socket()) });
    const { problems } = await provider.until(({ problems }) => problems.length > 0);
    assert.equal(problems[0]?.code, 'engine-version-unsupported');
    assert.match(problems[0]?.text ?? '', /engine 18\.09 speaks the API versions 1\.24 to 1\.39/);
  });

  it('says that a login is wrong, and uses a right one', async (t) => {
    const engine = standIn(t, { containers: [cafe], login: 'till:secret' });
    const endpoint = await engine.listen('tcp://127.0.0.1:0');
    await using wrong = await started({ endpoint, username: 'till', password: 'wrong' });
    const { problems } = await wrong.until((snapshot) => snapshot.problems.length > 0);
    assert.equal(problems[0]?.code, 'engine-refused');
    await using right = await started({ endpoint, username: 'till', password: 'secret' });
    await right.until(has('cafe'));
  });

  it('survives an engine that answers garbage', async (t) => {
    const garbage = createServer((connection) => {
      connection.on('error', () => {});
      connection.on('data', () => connection.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<html'));
    });
    t.after(() => garbage.close());
    const path = join(folder, 'garbage.sock');
    await new Promise<void>((resolve) => garbage.listen(path, resolve));
    await using provider = await started({ endpoint: `unix://${path}` });
    const { problems } = await provider.until((snapshot) => snapshot.problems.length > 0);
    assert.match(problems[0]?.text ?? '', /not that of a Docker Engine/);
  });

  it('is not disturbed by one container that cannot be inspected', async (t) => {
    const engine = standIn(t, { containers: [cafe, { ...tea, inspect: { Id: 7 } }] });
    await using provider = await started({ endpoint: await engine.listen(socket()) });
    await provider.until(has('cafe'));
  });

  it('lets DOCKER_HOST win over the endpoint', async (t) => {
    const engine = standIn(t, { containers: [cafe] });
    const environment = { DOCKER_HOST: await engine.listen(socket()) };
    await using provider = await started({ endpoint: 'tcp://127.0.0.1:1' }, { environment });
    await provider.until(has('cafe'));
  });

  it('reaches an engine through ssh', async (t) => {
    const engine = standIn(t, { containers: [cafe] });
    const path = (await engine.listen(socket())).slice('unix://'.length);
    const command = `#!${process.execPath}
      const socket = require('node:net').connect(${JSON.stringify(path)});
      process.stdin.pipe(socket).pipe(process.stdout);
    `;
    writeFileSync(join(folder, 'ssh'), command);
    chmodSync(join(folder, 'ssh'), 0o755);
    const before = process.env['PATH'];
    process.env['PATH'] = `${folder}:${before}`;
    {
      await using provider = await started({ endpoint: 'ssh://me@far.example:2222' });
      await provider.until(has('cafe'));
    }
    process.env['PATH'] = before;
  });

  it('does not start with a default rule that is no template', async () => {
    await using provider = await started({ defaultRule: 'Host(`{{ .Name `)' });
    const { problems } = await provider.until((snapshot) => snapshot.problems.length > 0);
    assert.equal(problems[0]?.code, 'default-rule-wrong');
  });
});

// A Docker Engine of our own for one run: its data, state, socket and networks are apart from any other on the machine.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expected } from './setup.mjs';

const startLimitMs = 180_000;
const stopLimitMs = 60_000;
/** Overlay file systems do not nest, so Docker's state wants a real disk below it, which /tmp often is not. */
const home = '/var/tmp';
/** Program → Debian package. */
const needed = { dockerd: 'docker.io', iptables: 'iptables', 'docker-compose': 'docker-compose' };

/** Installs Debian's Docker where it is missing and starts an engine. */
export async function installEngine() {
  if (process.getuid?.() !== 0) throw expected('FAIRLEAD_TEST_ENGINE=install needs root.');
  install(
    Object.keys(needed)
      .filter((program) => !available(program))
      .map((program) => needed[program]),
  );
  const engine = new PrivateEngine();
  await engine.start();
  return engine;
}

const available = (program) => spawnSync('which', [program]).status === 0;

function install(packages) {
  if (packages.length === 0) return;
  console.log(`Installing ${packages.join(', ')}.`);
  // A package's own start script must not start a second engine: this one answers "not allowed" to it.
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy);
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    aptGet(['update', '-qq']);
    aptGet(['install', '-y', '-qq', '--no-install-recommends', ...packages]);
  } finally {
    if (ours) rmSync(policy, { force: true });
  }
}

function aptGet(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status } = spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw expected(`apt-get ${args[0]} failed with status ${status}.`);
}

export class PrivateEngine {
  #folder = mkdtempSync(path.join(home, 'fairlead-engine-'));
  #log = this.#at('log');
  #namespace;
  #networks;
  #containerd;
  #dockerd;

  /**
   * Of a network namespace that plays a host; this machine's own without it. Two engines of one host have networks
   * apart: each takes the first that is free, and both may look at one moment.
   *
   * @param {{ namespace?: string, networks?: string }} [place]
   */
  constructor({ namespace, networks = '10.213.0.0/16' } = {}) {
    this.#namespace = namespace;
    this.#networks = networks;
  }

  get host() {
    return `unix://${this.#at('docker.sock')}`;
  }

  #at(name) {
    return path.join(this.#folder, name);
  }

  async start() {
    this.#containerd ??= this.#startContainerd();
    rmSync(this.#at('pid'), { force: true });
    writeFileSync(this.#at('engine.json'), '{}');
    this.#dockerd = this.#spawn('dockerd', [
      `--host=${this.host}`,
      `--containerd=${this.#at('containerd.sock')}`,
      `--data-root=${this.#at('data')}`,
      `--exec-root=${this.#at('exec')}`,
      `--pidfile=${this.#at('pid')}`,
      `--config-file=${this.#at('engine.json')}`,
      // No docker0: two engines would fight for it. Tests make networks of their own.
      '--bridge=none',
      `--default-address-pool=base=${this.#networks},size=24`,
      // Containers outlive a killed engine, so that a test can kill it.
      '--live-restore',
    ]);
    await this.#ready();
  }

  #startContainerd() {
    const state = [`--root=${this.#at('containerd')}`, `--state=${this.#at('containerd-state')}`];
    const config = this.#at('containerd.toml');
    writeFileSync(config, 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n');
    return this.#spawn('containerd', [
      `--config=${config}`,
      `--address=${this.#at('containerd.sock')}`,
      ...state,
    ]);
  }

  #spawn(program, args) {
    const log = openSync(this.#log, 'a');
    // Of their own process group: Ctrl-C is for us, and we end them in order.
    const [file, ...words] = [...this.#entry(), program, ...args];
    return spawn(file, words, { stdio: ['ignore', log, log], detached: true });
  }

  /** `nsenter` becomes the program, so that its signals reach it. */
  #entry() {
    return this.#namespace === undefined ? [] : ['nsenter', `--net=/run/netns/${this.#namespace}`];
  }

  async #ready() {
    const end = Date.now() + startLimitMs;
    while (!(await answers(this.#at('docker.sock')))) {
      if (ended(this.#dockerd) || Date.now() > end) {
        const log = readFileSync(this.#log, 'utf8').trim().split('\n').slice(-10).join('\n');
        await this.stop();
        throw expected(`The Docker Engine did not start.\n${log}`);
      }
      await sleep(100);
    }
  }

  /** As a crash would: nothing is told to clients or containers. `start` brings it back. */
  async kill() {
    await end(this.#dockerd, 'SIGKILL');
  }

  async stop() {
    if (await answers(this.#at('docker.sock'))) await this.#removeContainers();
    await end(this.#dockerd, 'SIGTERM');
    await end(this.#containerd, 'SIGTERM');
    unmountBelow(this.#folder);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #removeContainers() {
    const socketPath = this.#at('docker.sock');
    const { body } = await ask({ socketPath, path: '/containers/json?all=1' });
    for (const { Id } of JSON.parse(body)) {
      await ask({ socketPath, method: 'DELETE', path: `/containers/${Id}?force=1` });
    }
    await ask({ socketPath, method: 'POST', path: '/networks/prune' });
  }
}

const ended = (child) => child.exitCode !== null || child.signalCode !== null;

async function end(child, signal) {
  if (ended(child)) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  const hard = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
  await exit;
  clearTimeout(hard);
}

/** Whether an engine answers on this socket. */
const answers = (socketPath) =>
  ask({ socketPath, path: '/_ping', timeout: 10_000 }).then(
    ({ status }) => status === 200,
    () => false,
  );

function ask(options) {
  return new Promise((resolve, reject) => {
    const request = http.request(options, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text) => (body += text));
      response.on('error', reject).on('end', () => resolve({ status: response.statusCode, body }));
    });
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', reject).end();
  });
}

function unmountBelow(folder) {
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '');
  for (const mount of mounts.filter((each) => each.startsWith(`${folder}/`)).reverse())
    spawnSync('umount', ['-l', mount]);
}

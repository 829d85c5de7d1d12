// Installs what the commands need: the locked packages, and a Node that runs TypeScript.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const oldestNode = 24;

/** Returns the path of the Node to use. */
export function setup() {
  const node = runtime();
  packages();
  return node;
}

/** `npm ci`, unless the lock file is the one that was installed last. */
function packages() {
  const marker = path.join(root, 'node_modules/.fairlead-lock');
  const lock = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === lock) return;
  console.log('Installing the packages of package-lock.json.');
  npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { stdio: 'inherit' });
  writeFileSync(marker, lock);
}

function runtime() {
  if (Number(process.versions.node.split('.')[0]) >= oldestNode) return process.execPath;
  const { version, packages: builds } = JSON.parse(
    readFileSync(new URL('runtime.json', import.meta.url), 'utf8'),
  );
  const build = process.platform === 'linux' ? builds[process.arch] : undefined;
  if (!build)
    throw expected(
      `Fairlead needs Node ${oldestNode} or newer; this is ${process.version}. Install it and try again.`,
    );
  const home = path.join(root, '.runtime', `${build.name}-${version}`);
  const node = path.join(home, 'package/bin/node');
  if (!existsSync(node)) unpack({ ...build, version, home });
  return node;
}

/** The registry's package of a Node build: checked against the committed integrity, and no script of it is run. */
function unpack({ name, version, integrity, home }) {
  console.log(`This is Node ${process.versions.node}; fetching Node ${version} into .runtime/.`);
  mkdirSync(path.dirname(home), { recursive: true });
  const folder = mkdtempSync(`${home}-`);
  try {
    npm(['pack', `${name}@${version}`, '--pack-destination', folder, '--loglevel=error']);
    const archive = path.join(folder, `${name}-${version}.tgz`);
    const digest = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
    if (digest !== integrity)
      throw expected(`${name}@${version} has the digest ${digest}, not ${integrity}.`);
    check(spawnSync('tar', ['-xzf', archive, '-C', folder], { stdio: 'inherit' }), 'tar');
    rmSync(archive);
    renameSync(folder, home);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function npm(args, options = {}) {
  const script = process.env.npm_execpath;
  const [file, first] = script ? [process.execPath, [script]] : ['npm', []];
  check(
    spawnSync(file, [...first, ...args], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], ...options }),
    'npm',
  );
}

function check(result, name) {
  if (result.status !== 0)
    throw expected(`${name} failed: ${result.error?.message ?? `status ${result.status}`}`);
}

/** An error whose message says everything; no stack trace is shown. */
export function expected(message) {
  return Object.assign(new Error(message), { expected: true });
}

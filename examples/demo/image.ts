import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type Docker from 'dockerode';

/** Besides Node: what a `RUN` line and a health check of an image need. */
const programs = ['/bin/sh', '/usr/bin/env'];

/**
 * Makes an image out of this machine's own programs, so that no registry is needed: the Node that runs us, a shell, the
 * libraries both are linked with, and the service of the demo.
 */
export async function makeImage(docker: Docker, reference: string): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'fairlead-image-'));
  try {
    fill(folder);
    await load({ docker, reference, folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function fill(folder: string): void {
  copy(folder, process.execPath, '/usr/local/bin/node');
  for (const program of programs) copy(folder, program);
  copyFileSync(path.join(import.meta.dirname, 'service.mjs'), path.join(folder, 'service.mjs'));
  mkdirSync(path.join(folder, 'tmp'));
  chmodSync(path.join(folder, 'tmp'), 0o1777);
  mkdirSync(path.join(folder, 'etc'));
  writeFileSync(path.join(folder, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\n');
}

/** A program with the libraries it is linked with, each where the loader looks for it. */
function copy(folder: string, program: string, target = program): void {
  place(folder, program, target);
  const linked = execFileSync('ldd', [program], { encoding: 'utf8' });
  for (const [library] of linked.matchAll(/\/\S+(?= \(0x)/g)) place(folder, library, library);
}

function place(folder: string, source: string, target: string): void {
  const to = path.join(folder, target);
  mkdirSync(path.dirname(to), { recursive: true });
  copyFileSync(source, to);
}

async function load({ docker, reference, folder }: { docker: Docker; reference: string; folder: string }) {
  const tar = spawn('tar', ['-C', folder, '-c', '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [repo, tag] = reference.split(':');
  const changes = [
    'CMD ["/usr/local/bin/node", "/service.mjs"]',
    'ENV PATH=/usr/local/bin:/usr/bin:/bin',
    'EXPOSE 8080',
  ];
  const answer = await docker.importImage(tar.stdout, { repo, tag, changes });
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(answer, (error) => (error ? reject(error) : resolve()));
  });
}

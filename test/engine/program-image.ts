import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type Docker from 'dockerode';
import { root } from '../tidy/source-tree.ts';

/**
 * Builds the image of compose/Dockerfile as a user without a registry would: on a base image of their own, with what
 * is compiled and installed here in place of `npm ci` and `npm run build`.
 */
export async function buildProgramImage(docker: Docker, { tag, base }: { tag: string; base: string }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'fairlead-context-'));
  try {
    for (const name of ['package.json', 'LICENSE', 'compose']) {
      cpSync(path.join(root, name), path.join(folder, name), { recursive: true, verbatimSymlinks: true });
    }
    execFileSync(process.execPath, [
      path.join(root, 'node_modules/typescript/bin/tsc'),
      ...['-p', root, '--outDir', path.join(folder, 'dist')],
    ]);
    for (const name of productionPackages()) {
      cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
    }
    const buildargs = { NODE_IMAGE: base, BUILD: 'true' };
    await build(docker, { folder, options: { t: tag, dockerfile: 'compose/Dockerfile', buildargs } });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `node_modules/zod`, … as the lock file has them. */
function productionPackages(): string[] {
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; optional?: boolean; devOptional?: boolean }>;
  };
  return Object.entries(lock.packages)
    .filter(([name, { dev, optional, devOptional }]) => name && !dev && !optional && !devOptional)
    .map(([name]) => name);
}

interface Context {
  readonly folder: string;
  readonly options: Docker.ImageBuildOptions;
}

async function build(docker: Docker, { folder, options }: Context): Promise<void> {
  const tar = spawn('tar', ['-C', folder, '-c', '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
  // The engine of the tests has no default bridge, and nothing is fetched.
  const answer = await docker.buildImage(tar.stdout, { ...options, networkmode: 'none', forcerm: true });
  const lines = await new Promise<{ error?: string }[]>((resolve, reject) => {
    docker.modem.followProgress(answer, (error, output) => (error ? reject(error) : resolve(output)));
  });
  const failed = lines.find(({ error }) => error !== undefined);
  if (failed) throw new Error(failed.error);
}

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
/** Of this run alone; below the packages that it needs. */
const home = path.join(root, 'node_modules/.cache', `fairlead-bench-${process.pid}`);
let main: string | undefined;

/** The program as it is published: from its source it would carry a compiler about. */
export function builtProgram(): string {
  main ??= build();
  return main;
}

/** What is wrong with types is printed, and hinders nothing. */
function build(): string {
  mkdirSync(home, { recursive: true });
  process.on('exit', () => rmSync(home, { recursive: true, force: true }));
  copyFileSync(path.join(root, 'package.json'), path.join(home, 'package.json'));
  const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
  const args = [compiler, '-p', root, '--outDir', path.join(home, 'dist')];
  spawnSync(process.execPath, args, { stdio: 'inherit' });
  return path.join(home, 'dist/main.js');
}

import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');

export interface Import {
  /** As written: `../model/problem.ts`, `zod`, `node:net`. */
  readonly target: string;
  /** Whether the module is really loaded: not `import type`. */
  readonly loaded: boolean;
  /** `import('…')`. */
  readonly dynamic: boolean;
}

export interface SourceFile {
  /** Below `src/`, with forward slashes. */
  readonly name: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

export function sourceFiles(): SourceFile[] {
  return globSync('**/*.ts', { cwd: path.join(root, 'src') })
    .sort()
    .map((name) => {
      const text = readFileSync(path.join(root, 'src', name), 'utf8');
      return { name, text, imports: importsOf(text) };
    });
}

/** A file below `src/` by the import of another; undefined for packages. */
export function resolveImport(from: string, target: string): string | undefined {
  return target.startsWith('.') ? path.posix.join(path.posix.dirname(from), target) : undefined;
}

const statement = /^(?:import|export)\s+(type\s+)?(?:[\w*${}\s,]+\sfrom\s+)?'([^']+)';?$/gm;
const dynamicImport = /\bimport\(\s*'([^']+)'\s*\)/g;

function importsOf(text: string): Import[] {
  const code = text.replaceAll(/\/\*.*?\*\//gs, '').replaceAll(/^\s*\/\/.*$/gm, '');
  const fixed = [...code.matchAll(statement)].map(([, type, target]) => ({
    target: target!,
    loaded: type === undefined,
    dynamic: false,
  }));
  const dynamic = [...code.matchAll(dynamicImport)].map(([, target]) => ({
    target: target!,
    loaded: true,
    dynamic: true,
  }));
  return [...fixed, ...dynamic];
}

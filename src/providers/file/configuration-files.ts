/** Which files are configuration, and whether one has changed. */
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';

export interface FileState {
  readonly path: string;
  /** Another one means that the file must be read again. */
  readonly signature: string;
}

/** The folder wins when both are set. */
export interface Place {
  readonly filename: string;
  readonly directory: string;
}

const extensions = new Set(['.yml', '.yaml', '.toml', '.json']);
const depthMax = 16;

/**
 * In the order of their names, so that every start decides alike. Throws when the place itself is not
 * there.
 */
export function findFiles({ filename, directory }: Place): FileState[] {
  if (directory === '') return [{ path: filename, signature: signatureOf(filename) }];
  return filesBelow(directory, depthMax).flatMap((path) => {
    try {
      return { path, signature: signatureOf(path) };
    } catch {
      // Removed since the folder was read, or a link to nowhere.
      return [];
    }
  });
}

/** Folders in which a change can happen. */
export function foldersOf({ filename, directory }: Place): string[] {
  if (directory === '') return [dirname(filename), dirname(realpathSync(filename))];
  return [directory, ...foldersBelow(directory, depthMax)];
}

function filesBelow(folder: string, depth: number): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (isFolder(path)) return depth > 0 && !isHiddenLink(entry.name) ? filesBelow(path, depth - 1) : [];
      return extensions.has(extname(entry.name).toLowerCase()) ? [path] : [];
    });
}

function foldersBelow(folder: string, depth: number): string[] {
  const folders = readdirSync(folder, { withFileTypes: true })
    .map((entry) => join(folder, entry.name))
    .filter((path) => isFolder(path));
  return depth > 0 ? folders.flatMap((path) => [path, ...foldersBelow(path, depth - 1)]) : folders;
}

/**
 * Kubernetes keeps the files in `..2026_…` and `..data`, and links to them from where they are to be
 * read.
 */
function isHiddenLink(name: string): boolean {
  return name.startsWith('..');
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function signatureOf(path: string): string {
  const { dev, ino, size, mtimeMs, ctimeMs } = statSync(path);
  return [dev, ino, size, mtimeMs, ctimeMs].join(' ');
}

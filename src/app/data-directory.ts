import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { writeAtomically } from '../support/write-atomically.ts';
import { DirectoryLock } from './directory-lock.ts';

/** Where state that outlives the process is kept. Ours alone as long as it is not disposed of. */
export interface DataDirectory extends AsyncDisposable {
  readonly path: string;
  /** Names this node to its peers; the same after a restart. */
  readonly nodeId: string;
  /** Set when this is not the place that was meant, with the reason. */
  readonly notice: string | undefined;
}

export interface DataDirectoryInit {
  /** The option; empty lets the user the program runs as decide. */
  readonly written: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** As many programs as may share one default place, each in a folder of its own. */
const instancesMax = 64;

export async function openDataDirectory({ written, env }: DataDirectoryInit): Promise<DataDirectory> {
  if (written !== '') return openWritten(resolve(written));
  try {
    return await openDefault(defaultDataDirectory(env));
  } catch (error) {
    // A read-only container, say: everything works, but what is kept may be gone after a restart.
    const place = await openDefault(await temporaryDataDirectory(tmpdir()));
    const notice = `${(error as Error).message} Until then its state is in ${place.path}, and lost with it.`;
    return { ...place, notice };
  }
}

async function openDefault(base: string): Promise<DataDirectory> {
  for (let instance = 1; instance <= instancesMax; instance++) {
    const path = instance === 1 ? base : join(base, 'instances', String(instance));
    const lock = await lockAt(path);
    if (lock === 'taken') continue;
    const notice = instance === 1 ? undefined : sharedPlace(base, path);
    return opened({ path, lock, notice });
  }
  throw new Error(`More than ${instancesMax} programs keep their state in ${base}: set --dataDirectory.`);
}

const sharedPlace = (base: string, path: string): string =>
  `Another Fairlead keeps its state in ${base}; this one keeps it in ${path}. ` +
  'Give each a --dataDirectory of its own.';

async function openWritten(path: string): Promise<DataDirectory> {
  const lock = await lockAt(path);
  if (lock === 'taken')
    throw new Error(
      `The data directory ${path} belongs to a Fairlead that is running. Stop that one, or give this one another --dataDirectory.`,
    );
  return opened({ path, lock, notice: undefined });
}

async function lockAt(path: string): Promise<DirectoryLock | 'taken'> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    return await DirectoryLock.take(path);
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`The data directory ${path} cannot be used (${message}): set --dataDirectory.`);
  }
}

/** Where state is kept unless the option says otherwise. */
export function defaultDataDirectory(env: DataDirectoryInit['env']): string {
  if (process.getuid?.() === 0) return '/var/lib/fairlead';
  const home = env.XDG_STATE_HOME || join(env.HOME || homedir(), '.local/state');
  return join(home, 'fairlead');
}

/** The same for each run, so that nothing heaps up; where everybody may write, it has to be ours. */
export async function temporaryDataDirectory(parent: string): Promise<string> {
  const uid = process.getuid?.();
  const path = join(parent, `fairlead-${uid}`);
  await mkdir(path, { recursive: true, mode: 0o700 });
  const found = await lstat(path);
  if (found.isDirectory() && found.uid === uid && (found.mode & 0o077) === 0) return path;
  throw new Error(`The folder ${path} does not belong to this user alone: set --dataDirectory.`);
}

async function opened(place: {
  path: string;
  lock: DirectoryLock;
  notice: string | undefined;
}): Promise<DataDirectory> {
  const { path, lock, notice } = place;
  const nodeId = await keptNodeId(join(path, 'node-id'));
  return { path, nodeId, notice, [Symbol.asyncDispose]: () => lock[Symbol.asyncDispose]() };
}

async function keptNodeId(file: string): Promise<string> {
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (/^[0-9a-f-]{36}\n$/.test(kept)) return kept.trim();
  const made = randomUUID();
  await writeAtomically(file, `${made}\n`);
  return made;
}

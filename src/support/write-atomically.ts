import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Replaces a file as a whole: readers see the old content or the new one, also after a power cut. */
export async function writeAtomically(path: string, content: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeThrough(temporary, content);
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** For the owner's eyes only: what is kept here are keys more often than not. */
const ownerOnly = 0o600;

async function writeThrough(path: string, content: string): Promise<void> {
  await using file = await open(path, 'wx', ownerOnly);
  await file.writeFile(content);
  await file.sync();
}

/** A new name is on the disk when its directory is. */
async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path, 'r');
  await directory.sync();
}

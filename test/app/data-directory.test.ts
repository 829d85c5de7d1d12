import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openDataDirectory, temporaryDataDirectory } from '../../src/app/data-directory.ts';
import { DirectoryLock } from '../../src/app/directory-lock.ts';
import { PrivateSocket } from '../../src/app/private-socket.ts';

const home = mkdtempSync(join(tmpdir(), 'fairlead-data-'));
after(() => rmSync(home, { recursive: true, force: true }));

const open = (name: string) => openDataDirectory({ written: join(home, name), env: {} });

test('a node keeps its name', async () => {
  const first = await open('named');
  await first[Symbol.asyncDispose]();
  const second = await open('named');
  await second[Symbol.asyncDispose]();
  assert.match(first.nodeId, /^[0-9a-f-]{36}$/);
  assert.equal(second.nodeId, first.nodeId);
  assert.equal(statSync(join(home, 'named')).mode & 0o777, 0o700);
  assert.equal(statSync(join(home, 'named/node-id')).mode & 0o777, 0o600);
});

test('it belongs to one program at a time', async () => {
  const owner = await open('owned');
  await assert.rejects(open('owned'), /belongs to a Fairlead that is running/);
  await owner[Symbol.asyncDispose]();
  await (await open('owned'))[Symbol.asyncDispose]();
});

test('the lock of a program that was killed is taken over', async () => {
  await (await open('left'))[Symbol.asyncDispose]();
  writeFileSync(join(home, 'left/lock'), '');
  await (await open('left'))[Symbol.asyncDispose]();
});

test('of programs that start at one moment one has it', async () => {
  for (let round = 0; round < 40; round += 1) {
    const directory = mkdtempSync(join(home, 'at-once-'));
    const taken = await Promise.all(Array.from({ length: 4 }, () => DirectoryLock.take(directory)));
    const owners = taken.filter((lock) => lock !== 'taken');
    assert.equal(owners.length, 1);
    assert.equal(await DirectoryLock.take(directory), 'taken');
    for (const owner of owners) await owner[Symbol.asyncDispose]();
  }
});

test('a long path is no obstacle as long as it is near', async () => {
  const name = 'x'.repeat(120);
  const written = join(home, name);
  const here = process.cwd();
  process.chdir(home);
  try {
    await assert.rejects(openDataDirectory({ written, env: {} }), /too long for a socket.*--dataDirectory/);
    await (await openDataDirectory({ written: `${name}/../near`, env: {} }))[Symbol.asyncDispose]();
  } finally {
    process.chdir(here);
  }
});

test('whoever may have a lock may have the other sockets', async () => {
  const longest = join(home, 'x'.repeat(99 - home.length - 1));
  await (await openDataDirectory({ written: longest, env: {} }))[Symbol.asyncDispose]();
  await using socket = new PrivateSocket(longest, 'metrics');
  await socket.serve(createServer());
  assert.equal(statSync(socket.path).mode & 0o777, 0o600);
});

test('the temporary place is the same each time, and nobody else may enter it', async () => {
  const place = await temporaryDataDirectory(home);
  assert.equal(await temporaryDataDirectory(home), place);
  assert.equal(statSync(place).mode & 0o777, 0o700);
  chmodSync(place, 0o755);
  await assert.rejects(temporaryDataDirectory(home), /does not belong to this user alone.*--dataDirectory/);
  rmSync(place, { recursive: true });
  symlinkSync(mkdtempSync(join(home, 'elsewhere-')), place);
  await assert.rejects(temporaryDataDirectory(home), /does not belong to this user alone/);
});

test('a place that cannot be used is named', async () => {
  writeFileSync(join(home, 'file'), '');
  await assert.rejects(open('file'), /The data directory .*file cannot be used .*--dataDirectory/);
});

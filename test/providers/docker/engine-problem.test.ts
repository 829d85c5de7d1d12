import assert from 'node:assert/strict';
import { openSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { engineProblem } from '../../../src/providers/docker/engine/engine-problem.ts';

const failing = (code: string) => Object.assign(new Error(`connect ${code}`), { code });

it('says what to do about a socket that is not there, or not for us', () => {
  const missing = engineProblem(failing('ENOENT'), 'unix:///var/run/nowhere.sock');
  assert.equal(missing.code, 'engine-unreachable');
  assert.match(missing.remedy ?? '', /Mount the engine's socket to \/var\/run\/nowhere.sock/);
  const forbidden = engineProblem(failing('EACCES'), `unix://${process.execPath}`);
  assert.match(forbidden.remedy ?? '', /group_add: \["\d+"\]/);
});

it('knows a socket that the engine has replaced', { skip: process.platform !== 'linux' }, async () => {
  const path = join(tmpdir(), `stale-${process.pid}.sock`);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const pathOnly = 0x200000;
  const mounted = `/proc/self/fd/${openSync(path, pathOnly)}`;
  await new Promise((resolve) => server.close(resolve));
  rmSync(path, { force: true });
  const error = await new Promise((resolve) => connect(mounted).on('error', resolve));
  const problem = engineProblem(error, `unix://${mounted}`);
  assert.equal(problem.code, 'engine-socket-stale');
  assert.match(problem.remedy ?? '', /mount the folder instead of the file/);
});

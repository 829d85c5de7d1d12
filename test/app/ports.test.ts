import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { freePort } from '../../examples/demo/ports.ts';

const ports = path.resolve(import.meta.dirname, '../../examples/demo/ports.ts');

test('a port that a test has got is given to no other one, in this process or another, before somebody listens', async () => {
  const port = await freePort();
  assert.notEqual(await freePort(port), port);
  const code = `console.log(await (await import(${JSON.stringify(ports)})).freePort(${port}))`;
  const other = execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
  assert.notEqual(Number(other), port);
});

test('ports can be asked for without end', async () => {
  for (let asked = 0; asked < 1_200; asked += 1) await freePort();
  const held = readdirSync('/proc/self/fd').length;
  assert.ok(held < 1_100, `${held} descriptors are held`);
});

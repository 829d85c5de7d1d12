import assert from 'node:assert/strict';
import { test } from 'node:test';
import { routingOptions } from '../../src/app/routing-options.ts';
import { loadStaticConfiguration } from '../../src/app/static-options/load.ts';

function options(...args: string[]) {
  const { configuration } = loadStaticConfiguration({ args, env: {}, readFile: () => undefined });
  assert.ok(configuration);
  return routingOptions(configuration, { settings: [], apiSocket: '/run/api.sock' });
}

test('without a word about precedence Docker wins against files at equal priority', () => {
  const { precedence } = options('--entryPoints.web.address=:80');
  assert.ok(precedence.indexOf('docker') < precedence.indexOf('file'));
  assert.equal(precedence.at(-1), 'multicluster');
});

test('a written precedence holds, whatever its letter case', () => {
  assert.deepEqual(options('--providers.precedence=File,docker').precedence, ['file', 'docker']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Coding, chooseCoding } from '../../src/middlewares/compress/accept-encoding.ts';
import { MediaTypes } from '../../src/middlewares/compress/media-types.ts';

const ALL: Coding[] = ['gzip', 'br', 'zstd'];

test('the coding is the one the client likes best, then the first offered', () => {
  const cases: [header: string, offered: Coding[], chosen: Coding | undefined][] = [
    ['gzip', ALL, 'gzip'],
    ['br, gzip', ALL, 'gzip'],
    ['br, gzip', ['zstd', 'br', 'gzip'], 'br'],
    ['gzip;q=0.5, br;q=0.9', ALL, 'br'],
    ['deflate', ALL, undefined],
    ['', ALL, undefined],
    ['identity', ALL, undefined],
    ['identity, gzip;q=0.5', ALL, undefined],
    ['identity;q=0.5, gzip;q=0.5', ALL, 'gzip'],
    ['gzip;q=0', ALL, undefined],
    ['*', ALL, 'gzip'],
    ['*, gzip;q=0', ALL, 'br'],
    ['GZIP', ALL, undefined],
    ['gzip;q=x', ALL, undefined],
  ];
  for (const [header, offered, chosen] of cases) {
    assert.equal(chooseCoding(header, offered, offered[0]!), chosen, `${header} of ${offered}`);
  }
});

test('a star stands for the default coding', () => {
  assert.equal(chooseCoding('*', ALL, 'zstd'), 'zstd');
  assert.equal(chooseCoding('*, zstd;q=0', ALL, 'zstd'), 'gzip');
});

test('media types are compared without regard to case, parameters only where configured', () => {
  const types = new MediaTypes(['image/png', 'text/html; charset=utf-8']);
  assert.equal(types.includes('IMAGE/PNG; x=1'), true);
  assert.equal(types.includes('text/html'), false);
  assert.equal(types.includes('text/html; charset="utf-8"'), true);
  assert.equal(types.includes('image'), false);
  assert.throws(() => new MediaTypes(['html']), /"html" is not a media type/);
});

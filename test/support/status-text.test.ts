import assert from 'node:assert/strict';
import { STATUS_CODES } from 'node:http';
import { test } from 'node:test';
import { statusText } from '../../src/support/status-text.ts';

test('every status that Node knows has a text, and the few of Traefik theirs', () => {
  const different = Object.keys(STATUS_CODES).filter(
    (status) => statusText(Number(status)) !== STATUS_CODES[status],
  );
  assert.deepEqual(different, ['413', '414', '416', '418']);
  assert.equal(statusText(499), 'Client Closed Request');
  assert.equal(statusText(299), '');
});

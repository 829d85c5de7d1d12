/** What clients may send, against llhttp: many texts, each whole and in pieces. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRequests } from './check-requests.ts';
import { cut, type Random } from './random.ts';
import { requestText } from './request-texts.ts';
import { runCases, seed, shareOf } from './run.ts';

test(`what llhttp refuses is not forwarded, and all else arrives as it was meant (seed ${seed})`, async () => {
  const cases = shareOf(1 / 2);
  let forwarded = 0;
  await runCases(cases, async (random: Random) => {
    const text = requestText(random);
    if (text === '') return;
    const count = await checkRequests(cut(text, 1 + random(6), random), { slow: random(8) === 0 });
    forwarded += count;
  });
  assert.ok(forwarded > cases / 4, `only ${forwarded} requests of ${cases} texts were forwarded`);
});

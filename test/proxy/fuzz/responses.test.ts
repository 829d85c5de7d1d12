/** What servers may answer, against llhttp: many texts, each whole and in pieces. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkResponses } from './check-responses.ts';
import type { Ending } from './play-responses.ts';
import { cut, pick, type Random } from './random.ts';
import { responseText } from './response-texts.ts';
import { runCases, seed, shareOf } from './run.ts';

const requests = [
  'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 2\r\n\r\nhi',
  'GET / HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
];
const endings: readonly Ending[] = ['stays', 'ends', 'ends', 'breaks'];

test(`what llhttp refuses is no answer, and all else arrives as it was meant (seed ${seed})`, async () => {
  const cases = shareOf(1 / 2);
  let answered = 0;
  await runCases(cases, async (random: Random) => {
    const text = responseText(random);
    if (text === '') return;
    const pieces = cut(text, 1 + random(6), random);
    const [request, ending] = [pick(requests, random), pick(endings, random)];
    if (await checkResponses({ request, pieces, ending, slow: random(8) === 0 })) answered++;
  });
  assert.ok(answered > cases / 4, `only ${answered} answers of ${cases} texts arrived`);
});

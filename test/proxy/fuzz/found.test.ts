/** What the fuzz has found once, each as one case: as it came, and byte by byte. */
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkRequests } from './check-requests.ts';
import { checkResponses } from './check-responses.ts';

type Found = { readonly shows: string } & (
  | { readonly requests: readonly string[] }
  | { readonly responses: readonly string[]; readonly to: string }
);

const found: readonly Found[] = JSON.parse(readFileSync(new URL('found.json', import.meta.url), 'utf8'));
for (const given of found) {
  test(given.shows, async () => {
    const pieces = 'requests' in given ? given.requests : given.responses;
    for (const split of [pieces, [...pieces.join('')]]) {
      if ('requests' in given) await checkRequests(split);
      else {
        await checkResponses({ request: given.to, pieces: split, ending: 'stays' });
        await checkResponses({ request: given.to, pieces: split, ending: 'ends' });
      }
    }
  });
}

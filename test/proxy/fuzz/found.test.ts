/** What the fuzz has found once, each as one case. */
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkRequests } from './check-requests.ts';

interface Found {
  readonly shows: string;
  /** A client's bytes, as they came. */
  readonly requests: readonly string[];
}

const found: readonly Found[] = JSON.parse(readFileSync(new URL('found.json', import.meta.url), 'utf8'));
for (const { shows, requests } of found) {
  test(shows, async () => {
    await checkRequests(requests);
    await checkRequests([...requests.join('')]);
  });
}

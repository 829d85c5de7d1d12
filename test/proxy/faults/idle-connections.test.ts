/** What happens to connections that nobody uses at the moment. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Play } from '../fuzz/connections.ts';
import { turn, untilQuiet } from '../fuzz/turns.ts';
import type { Wire } from '../fuzz/wire.ts';

const get = 'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n';
const post = 'POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1\r\n\r\na';
const answer = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

/** A play whose first request has been answered, so that one connection is idle. */
async function idling(): Promise<{ play: Play; server: Wire }> {
  const play = new Play();
  play.client.push(get);
  await turn();
  const server = play.servers[0]!;
  server.push(answer('first'));
  await untilQuiet(() => false);
  return { play, server };
}

test('an answer that nobody asked for is never given to the next request, wherever its pieces are cut', async () => {
  const evil = answer('evil');
  for (let at = 1; at < evil.length; at++) {
    const { play, server } = await idling();
    server.push(evil.slice(0, at));
    await untilQuiet(() => false);
    play.client.push(get);
    await turn();
    server.push(evil.slice(at));
    play.servers[1]?.push(answer('second'));
    await untilQuiet(() => false);
    assert.match(play.client.written, /first[^]*second$/);
    assert.doesNotMatch(play.client.written, /evil/);
    play[Symbol.dispose]();
  }
});

test('a connection that the server ends in the very moment of a request is not used for it', async () => {
  const { play, server } = await idling();
  server.pushEnd();
  play.client.push(post);
  await turn();
  assert.equal(play.servers.length, 2);
  play.servers[1]!.push(answer('second'));
  await untilQuiet(() => false);
  assert.match(play.client.written, /second$/);
  play[Symbol.dispose]();
});

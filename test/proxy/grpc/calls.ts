/** What calls of gRPC must be able to do, whatever way lies between client and server. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Metadata, status as codes } from '@grpc/grpc-js';
import type { LetterClient } from './letter-client.ts';
import type { LetterServer } from './letter-server.ts';

export interface Way {
  readonly client: LetterClient;
  readonly server: LetterServer;
}

export const calls: Readonly<Record<string, (way: Way) => Promise<void>>> = {
  'a message is answered by a message': async ({ client }) => {
    const { message, status } = await client.unary('echo', 'hello');
    assert.equal(String(message), 'hello');
    assert.deepEqual([status.code, status.details], [codes.OK, 'OK']);
  },

  'an empty message is one too': async ({ client }) => {
    assert.equal((await client.unary('echo', '')).message?.length, 0);
  },

  'many messages are answered by one': async ({ client }) => {
    const { promise, resolve } = Promise.withResolvers<Buffer | undefined>();
    const call = client.join(resolve);
    for (const part of ['many ', 'mess', 'ages']) call.write(Buffer.from(part));
    call.end();
    assert.equal(String(await promise), 'many messages');
  },

  'a server that has heard enough ends the call while the client still sends': async ({ client }) => {
    const call = client.join(() => {});
    const status = once(call, 'status');
    call.write(Buffer.from('enough'));
    const more = Buffer.alloc(10_000);
    const sending = setInterval(() => call.write(more), 1);
    const [{ code, details }] = await status;
    clearInterval(sending);
    assert.deepEqual([code, details], [codes.ABORTED, 'heard enough']);
  },

  'one message is answered by many': async ({ client }) => {
    const messages = await client.stream('spell', 'letters').toArray();
    assert.deepEqual(messages.map(String), [...'letters']);
  },

  'both sides talk in turn on one stream, the server first': async ({ client }) => {
    const call = client.talk();
    await once(call, 'metadata');
    const ended = once(call, 'status');
    for (const word of ['one', 'two', 'three']) {
      call.write(Buffer.from(word));
      assert.equal(String((await once(call, 'data'))[0]), word);
    }
    call.end();
    assert.equal((await ended)[0].code, codes.OK);
  },

  'metadata passes in both directions and in trailers, text and bytes': async ({ client }) => {
    const sent = new Metadata();
    const values = [Buffer.from([0, 1, 255]), Buffer.from('a, b'), Buffer.alloc(0)];
    sent.set('x-echo-text', 'a=b; "c", d');
    for (const value of values) sent.add('x-echo-raw-bin', value);
    const { metadata, status } = await client.unary('echo', '', { metadata: sent });
    for (const received of [metadata, status.metadata]) {
      assert.deepEqual(received.get('x-echo-text'), ['a=b; "c", d']);
      assert.deepEqual(received.get('x-echo-raw-bin'), values);
    }
  },

  'each status arrives with its text and its metadata': async ({ client }) => {
    const all = Object.values(codes).filter((code) => typeof code === 'number' && code !== codes.OK);
    for (const code of all) {
      const { status, message } = await client.unary('fail', `${code} 100 % – «why»\n`);
      assert.deepEqual([message, status.code, status.details], [undefined, code, '100 % – «why»\n']);
      assert.deepEqual(status.metadata.get('x-reason-bin'), [Buffer.from([0, 255])]);
    }
  },

  'a deadline is known to the server, and ends the call on both sides': async ({ client, server }) => {
    const waits = server.waits();
    const deadline = Date.now() + 3_000;
    const call = client.stream('wait', '', { deadline });
    const failed = once(call, 'error');
    const seen = await waits;
    assert.ok(Math.abs(Number(seen.getDeadline()) - deadline) < 3_000, String(seen.getDeadline()));
    const [[error]] = await Promise.all([failed, ended(seen)]);
    assert.equal(error.code, codes.DEADLINE_EXCEEDED);
  },

  'a call that the client cancels before an answer is cancelled at the server': async ({
    client,
    server,
  }) => {
    const waits = server.waits();
    const call = client.stream('wait', '');
    const failed = once(call, 'error');
    const seen = await waits;
    call.cancel();
    await ended(seen);
    assert.equal((await failed)[0].code, codes.CANCELLED);
  },

  'a call that the client cancels within the answer is cancelled at the server': async ({
    client,
    server,
  }) => {
    const waits = server.waits();
    const call = client.stream('wait', '');
    const seen = await waits;
    seen.write(Buffer.from('first'));
    assert.equal(String((await once(call, 'data'))[0]), 'first');
    const failed = once(call, 'error');
    call.cancel();
    await ended(seen);
    assert.equal((await failed)[0].code, codes.CANCELLED);
  },

  'a message of 4 MB passes there and back': async ({ client }) => {
    const large = Buffer.alloc(4 * 1024 * 1024, 'a prime length: 29 characters');
    const { message } = await client.unary('echo', large);
    assert.ok(message?.equals(large));
  },

  'more calls at once than a connection takes': async ({ client }) => {
    const all = Array.from({ length: 400 }, () => client.talk());
    const answers = all.map(async (call, index) => {
      call.end(Buffer.from(`call ${index}`));
      return String(await call.toArray());
    });
    assert.deepEqual(
      await Promise.all(answers),
      all.map((_, index) => `call ${index}`),
    );
  },
};

async function ended(call: Awaited<ReturnType<LetterServer['waits']>>): Promise<void> {
  if (!call.cancelled) await once(call, 'cancelled');
}

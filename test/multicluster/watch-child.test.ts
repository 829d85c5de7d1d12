import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { askChild, type Outcome } from '../../src/providers/multicluster/ask-child.ts';
import { parseChildAddress } from '../../src/providers/multicluster/child-address.ts';
import { transportOptions } from './options-for-tests.ts';
import { event, listing, type Script, ScriptedChild, streaming } from './scripted-child.ts';

interface Watch {
  readonly script: Script;
  readonly timeoutMs?: number;
  /** Enough is heard after so many outcomes. */
  readonly count?: number;
  readonly onOutcome?: (outcome: Outcome) => void;
}

async function watched({
  script,
  timeoutMs = 60_000,
  count = Infinity,
  onOutcome,
}: Watch): Promise<Outcome[]> {
  await using child = await new ScriptedChild(script).listen();
  const outcomes: Outcome[] = [];
  const replies = askChild({
    address: parseChildAddress(child.address)!,
    transport: transportOptions(),
    credentials: { rootCAs: [], certificates: [] },
    timeoutMs,
    etag: undefined,
    watch: true,
    signal: new AbortController().signal,
  });
  for await (const outcome of replies) {
    if (outcomes.push(outcome) >= count) break;
    onOutcome?.(outcome);
  }
  assert.match(child.requests[0]?.headers.accept ?? '', /^text\/event-stream, application\/json/);
  return outcomes;
}

/** Names of the uplinks of an answer, or what went wrong. */
const told = (outcome: Outcome) =>
  outcome.kind === 'answer'
    ? outcome.answer.uplinks.map(({ name }) => name).join()
    : outcome.kind === 'failed'
      ? outcome.failure.text
      : outcome.kind;

const send = (...parts: readonly string[]): Script =>
  streaming((response) => {
    for (const part of parts) response.write(part);
    response.end();
  });

test('each event is an answer, each sign of life says that nothing has changed', async () => {
  const parts = [event(['api']), ':\n\n', event([])];
  let sendNext = () => {};
  const script = streaming(
    (response) => {
      sendNext = () => void (parts.length > 0 ? response.write(parts.shift()) : response.end());
      sendNext();
    },
    { 'fairlead-node': 'n1', 'fairlead-boot': 'b1' },
  );
  const outcomes = await watched({ script, onOutcome: () => sendNext() });
  assert.deepEqual(outcomes.map(told), ['api', 'unchanged', '']);
  const [first] = outcomes;
  assert.ok(first?.kind === 'answer' && first.answer.isLive);
  assert.deepEqual([first.answer.node, first.answer.boot, first.answer.etag], ['n1', 'b1', undefined]);
});

test('a child without a stream is taken at its one answer', async () => {
  const outcomes = await watched({ script: listing([{ name: 'api' }]) });
  assert.deepEqual(outcomes.map(told), ['api']);
  assert.ok(outcomes[0]?.kind === 'answer' && !outcomes[0].answer.isLive);
});

test('a stream that ends after an answer is no failure, however it ends', async () => {
  const breaking = streaming((response) => {
    response.write(event(['api']), () => setImmediate(() => response.destroy()));
  });
  assert.deepEqual((await watched({ script: breaking })).map(told), ['api']);
  assert.deepEqual((await watched({ script: send(event(['api'])) })).map(told), ['api']);
});

const failures: [what: string, script: Script, text: RegExp][] = [
  ['ends without a word', send(), /closed the connection before its answer/],
  ['breaks off before the first answer', send(':\n\n', 'data: [{"na'), /closed the connection before/],
  ['is not JSON', send('data: <p>hello\n\n'), /is not JSON/],
  ['is no list', send('data: {"uplinks":[]}\n\n'), /not a list of uplinks/],
  ['names an uplink twice', send(event(['api', 'api'])), /"api" twice/],
];

test('a stream that cannot be used is told in words', async () => {
  for (const [what, script, text] of failures) {
    const outcomes = await watched({ script });
    assert.equal(outcomes.length, 1, what);
    assert.equal(outcomes[0]?.kind, 'failed', what);
    assert.match(told(outcomes[0]!), text, what);
  }
});

test('of an event without an end only what is allowed is read', async () => {
  const block = Buffer.alloc(64 * 1024, 'x');
  let sent = 0;
  const pour = (response: ServerResponse): void => {
    while (sent < 100 * 1024 * 1024 && !response.destroyed) {
      sent += block.length;
      if (!response.write(block)) return void response.once('drain', () => pour(response));
    }
  };
  const script = streaming((response) => {
    response.write(`${event(['api'])}data: `);
    setTimeout(pour, 50, response);
  });
  const outcomes = await watched({ script, timeoutMs: 60_000 });
  assert.equal(told(outcomes[0]!), 'api');
  assert.equal(told(outcomes.at(-1)!), 'its answer is larger than 4 MiB');
  assert.ok(sent < 32 * 1024 * 1024, `${sent} bytes were taken`);
});

test('signs of life are no answer', async () => {
  const script = streaming((response) => {
    const timer = setInterval(() => response.write(':\n\n'), 20);
    response.on('close', () => clearInterval(timer));
  });
  assert.match(told((await watched({ script, timeoutMs: 150 }))[0]!), /did not answer within 0\.15 s/);
});

test('silence is noticed within seconds though the connection stands', async () => {
  const script = streaming((response) => void response.write(event(['api'])));
  const startMs = performance.now();
  const outcomes = await watched({ script });
  assert.deepEqual(outcomes.map(told), ['api', 'nothing has come through its connection for 2 s']);
  const heardMs = performance.now() - startMs;
  assert.ok(heardMs > 1_900 && heardMs < 30_000, `${heardMs} ms`);
});

test('a child that never stops changing is read at a pace that can be borne', async () => {
  let events = 0;
  const nextEvent = () => event([`u${(events += 1)}`]);
  const script = streaming((response) => {
    const timer = setInterval(() => response.write(nextEvent() + nextEvent()), 1);
    response.on('close', () => clearInterval(timer));
  });
  const startMs = performance.now();
  await watched({ script, count: 10 });
  assert.ok(performance.now() - startMs >= 9 * 20);
  assert.ok(events > 10, 'what lies between is passed over');
});

test('a child that wants a certificate is heard beside its answers; events of later versions are passed over', async () => {
  const parts = [event(['api']), 'event: later\ndata: 1\n\n', 'event: renew\ndata: {}\n\n'];
  let sendNext = () => {};
  const script = streaming((response) => {
    sendNext = () => void (parts.length > 0 ? response.write(parts.shift()) : response.end());
    sendNext();
  });
  // What comes besides is a sign of life as well.
  const outcomes = await watched({
    script,
    onOutcome: (outcome) => outcome.kind !== 'renewal-wanted' && sendNext(),
  });
  assert.deepEqual(outcomes.map(told), ['api', 'unchanged', 'renewal-wanted', 'unchanged']);
});

test('a child that is polled says so with its answer', async () => {
  const outcomes = await watched({ script: listing([{ name: 'api' }], { 'fairlead-renew': 'wanted' }) });
  assert.deepEqual(outcomes.map(told), ['renewal-wanted', 'api']);
});

import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { Pki } from '../tls/pki.ts';
import { CertificateFiles } from './certificate-files.ts';
import { Parent } from './parent.ts';
import { event, listing, ScriptedChild, streaming } from './scripted-child.ts';

/** A child whose stream the test writes to. */
class StreamingChild extends ScriptedChild {
  readonly streams: ServerResponse[] = [];
  /** It gives no signs of life. */
  isSilent = false;

  constructor(names: readonly string[], tls?: object) {
    super(() => {}, tls);
    this.offer(names);
  }

  /** What whoever connects hears first. */
  offer(names: readonly string[]): void {
    this.script = streaming((response) => {
      this.streams.push(response);
      response.write(event(names));
      const life = setInterval(() => this.isSilent || response.write(':\n\n'), 200);
      response.on('close', () => clearInterval(life));
    });
  }

  get latest(): ServerResponse {
    return this.streams.at(-1)!;
  }
}

const named = (...children: [string, ScriptedChild][]) => ({
  // Without watching, nothing would be heard for the whole of a test.
  pollInterval: '60s',
  children: Object.fromEntries(children.map(([name, { address }]) => [name, { address }])),
});

test('each change of a child is delivered as it is told', async () => {
  await using east = await new StreamingChild(['api']).listen();
  await using west = await new StreamingChild(['shop']).listen();
  await using parent = await new Parent(named(['east', east], ['west', west])).start();
  assert.deepEqual(parent.services, ['api', 'api-east', 'api@east', 'shop', 'shop-west', 'shop@west']);
  east.latest.write(event(['api', 'more']));
  await parent.until(() => parent.services.includes('more-east'));
  west.latest.write(event([]));
  await parent.until(() => !parent.services.includes('shop'));
  assert.deepEqual([east.requests.length, west.requests.length], [1, 1]);
  assert.deepEqual(parent.problems, []);
});

test('what streams in is admitted as any answer is', async () => {
  await using east = await new StreamingChild(['api', 'admin', 'a b']).listen();
  const children = { east: { address: east.address, allow: ['ap*', 'a b'], maxWeight: 0 } };
  await using parent = await new Parent({ pollInterval: '60s', children }).start();
  assert.deepEqual(parent.services, ['api', 'api-east', 'api@east']);
  assert.deepEqual(parent.problems.map(([code]) => code).sort(), [
    'uplink-name-wrong',
    'uplink-not-allowed',
    'uplink-weight-capped',
  ]);
});

test('a stream that ends is opened again, and nothing is lost or told', async () => {
  await using east = await new StreamingChild(['api']).listen();
  await using parent = await new Parent(named(['east', east])).start();
  east.offer(['api', 'more']);
  east.latest.end();
  await parent.until(() => parent.services.includes('more'));
  east.offer(['api']);
  east.latest.destroy();
  await parent.until(() => !parent.services.includes('more'));
  assert.deepEqual(
    parent.snapshots.flatMap(({ problems }) => problems),
    [],
  );
});

test('a child that still discovers is asked again, and keeps what it had', async () => {
  await using east = await new StreamingChild(['api']).listen();
  await using parent = await new Parent(named(['east', east])).start();
  east.script = (_, response) => response.writeHead(503).end();
  east.latest.end();
  await parent.until(() => parent.problems[0]?.[0] === 'child-status-wrong');
  assert.ok(parent.services.includes('api'));
  east.offer(['api', 'more']);
  await parent.until(() => parent.services.includes('more') && parent.problems.length === 0);
});

test('an event that cannot be used leaves the last good one in use, and ends the connection', async () => {
  await using east = await new StreamingChild(['api']).listen();
  await using parent = await new Parent(named(['east', east])).start();
  const closed = new Promise((resolve) => east.latest.once('close', resolve));
  east.latest.write('data: [{"name":7}]\n\n');
  await parent.until(() => parent.problems[0]?.[0] === 'child-answer-wrong');
  assert.ok(parent.services.includes('api'));
  await closed;
  await parent.until(() => parent.problems.length === 0);
  assert.equal(east.requests.length, 2);
});

test('a connection that has gone silent is given up for a new one', async () => {
  await using east = await new StreamingChild(['api']).listen();
  await using parent = await new Parent(named(['east', east])).start();
  east.offer(['api', 'more']);
  east.isSilent = true;
  await parent.until(() => parent.problems[0]?.[0] === 'child-unreachable');
  east.isSilent = false;
  await parent.until(() => parent.services.includes('more') && parent.problems.length === 0);
});

test('a child without a stream is polled, and asked for one each time', async () => {
  await using east = await new ScriptedChild(listing([{ name: 'api' }])).listen();
  await using parent = await new Parent({ ...named(['east', east]), pollInterval: '20ms' }).start();
  east.script = listing([{ name: 'api' }, { name: 'more' }]);
  await parent.until(() => parent.services.includes('more'));
  east.script = streaming((response) => response.write(event(['api'])));
  await parent.until(() => !parent.services.includes('more'));
});

test('with watch switched off nobody asks for a stream', async () => {
  await using east = await new ScriptedChild(listing([{ name: 'api' }])).listen();
  await using _parent = await new Parent({ ...named(['east', east]), watch: false }).start();
  assert.equal(east.requests[0]?.headers.accept, 'application/json');
});

test('certificates that change on disk open a new connection with the new ones', async () => {
  using authority = new Pki();
  await using files = await CertificateFiles.create(authority.issue('parent', { usage: 'clientAuth' }));
  const server = authority.issue('child', { san: 'IP:127.0.0.1' });
  const tls = { ...server, ca: authority.ca.cert, requestCert: true };
  await using east = await new StreamingChild(['api'], tls).listen();
  const serversTransport = { rootCAs: [authority.ca.cert], certificates: [files.pair] };
  const children = { east: { address: east.address, serversTransport } };
  await using parent = await new Parent({ pollInterval: '60s', children }).start();
  const [old] = east.streams;
  const closed = new Promise((resolve) => old!.once('close', resolve));
  east.offer(['api', 'more']);
  await files.replace(authority.issue('parent-2', { usage: 'clientAuth' }));
  await closed;
  await parent.until(() => parent.services.includes('more'));
  assert.deepEqual(parent.problems, []);
});

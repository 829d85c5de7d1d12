import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { event, type Script, ScriptedChild, streaming } from '../multicluster/scripted-child.ts';
import { ask, askUntil } from './client.ts';
import { Nodes } from './nodes.ts';

/** A child whose list is heard over a stream, and that answers requests with its name. */
class Audible extends ScriptedChild {
  readonly #streams = new Set<ServerResponse>();

  constructor(name: string) {
    const list = streaming((response) => {
      response.write(event(['shop']));
      const beat = setInterval(() => response.write(':\n\n'), 300);
      this.#streams.add(response.on('close', () => clearInterval(beat)));
    });
    super((request, response) => {
      if (request.headers['fairlead-uplink'] === undefined) list(request, response);
      else response.setHeader('Connection', 'close').end(name);
    });
  }

  /** From now on its list is not to be had; requests are answered. */
  silence(): void {
    const { script } = this;
    const answer: Script = (request, response) => {
      if (request.headers['fairlead-uplink'] === undefined) response.destroy();
      else script(request, response);
    };
    this.script = answer;
    for (const stream of this.#streams) stream.destroy();
  }
}

test('a child that cannot be heard gets what the others refuse, and nothing else', {
  timeout: 120_000,
}, async () => {
  await using nodes = await Nodes.open();
  await using east = await new Audible('east').listen();
  await using west = await new Audible('west').listen();
  const parent = await nodes.start({
    name: 'parent',
    http: { routers: { front: { rule: 'Host(`shop.test`)', service: 'shop@multicluster' } } },
    children: { east: east.address, west: west.address },
  });
  const question = { port: parent.web, headers: { Host: 'shop.test' } };
  await askUntil(question, 200);
  const served = async () =>
    new Set(await Promise.all([1, 2, 3, 4].map(async () => (await ask(question)).body)));
  while ((await served()).size !== 2);
  east.silence();
  while ((await served()).has('east'));
  assert.deepEqual(await served(), new Set(['west']));

  west.refuse();
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(question)));
  assert.deepEqual(new Set(answers.map(({ status, body }) => `${status} ${body}`)), new Set(['200 east']));
});

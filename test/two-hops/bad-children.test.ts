import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { listing, type Script, ScriptedChild } from '../multicluster/scripted-child.ts';
import { ask, askUntil } from './client.ts';
import { Nodes } from './nodes.ts';

const json = (response: Parameters<Script>[1]) => response.setHeader('content-type', 'application/json');

const pour: Script = (_, response) => {
  const block = Buffer.alloc(64 * 1024, ' ');
  let left = 1600;
  const more = () => {
    while (left-- > 0 && !response.destroyed)
      if (!response.write(block)) return void response.once('drain', more);
    response.end();
  };
  json(response);
  more();
};

const badAnswers: Record<string, Script> = {
  '100 MB': pour,
  'a truncated answer': (_, response) => json(response).end('[{"name":"shop"'),
  'another type': (_, response) => response.setHeader('content-type', 'text/html').end('<p>hello'),
  'another schema': listing([{ name: 7 }]),
  'an error': (_, response) => response.writeHead(500).end(),
  'no answer': (_, response) => response.destroy(),
};

test('a child that answers nonsense keeps its traffic', { timeout: 300_000 }, async () => {
  await using nodes = await Nodes.open();
  let list = listing([{ name: 'shop' }]);
  let asked = 0;
  await using child = await new ScriptedChild((request, response) => {
    const uplink = request.headers['fairlead-uplink'];
    if (uplink === undefined) {
      asked += 1;
      list(request, response);
    } else response.end(String(uplink));
  }).listen();
  const parent = await nodes.start({
    name: 'parent',
    http: { routers: { front: { rule: 'Host(`shop.test`)', service: 'shop@multicluster' } } },
    children: { scripted: child.address },
  });
  const question = { port: parent.web, headers: { Host: 'shop.test' } };
  assert.match((await askUntil(question, 200)).body, /^shop; hops=1$/);
  for (const [what, script] of Object.entries(badAnswers)) {
    list = script;
    const until = asked + 3;
    while (asked < until) await sleep(20);
    const { status, body } = await ask(question);
    assert.deepEqual([status, body], [200, 'shop; hops=1'], what);
  }
  assert.match(parent.program.log, /Child scripted/);
});

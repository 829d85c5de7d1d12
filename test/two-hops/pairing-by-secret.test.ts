import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, askUntil } from './client.ts';
import { PairingPlace } from './pairing-nodes.ts';

const using = { routers: { shop: { rule: 'PathPrefix(`/`)', service: 'shop@multicluster' } } };

/** One of the two is started when the other one is there already. */
async function startInTurn({ nodes, server }: PairingPlace, { first, rejoin }: Order) {
  const ports = await nodes.ports();
  const pairing = { secret: 'a secret of a good many characters', rejoin };
  const offering = {
    routers: { one: { rule: 'PathPrefix(`/`)', service: 'one', uplinks: ['shop'] } },
    services: { one: { loadBalancer: { servers: [{ url: server.url }] } } },
  };
  const multicluster = { children: { child: { address: `https://127.0.0.1:${ports.uplink}` } } };
  const start = {
    child: () => nodes.start({ name: 'child', http: offering, pairing, ports }),
    parent: () => nodes.start({ name: 'parent', http: using, pairing, multicluster }),
  };
  const one = await start[first]();
  const other = await start[first === 'child' ? 'parent' : 'child']();
  return first === 'child' ? { child: one, parent: other } : { child: other, parent: one };
}

interface Order {
  readonly first: 'child' | 'parent';
  readonly rejoin: boolean;
}

describe('two nodes with one secret', { timeout: 600_000 }, () => {
  test('pair without hands; a parent that has lost its data is let in again where that is allowed', async () => {
    await using place = await PairingPlace.open();
    const { parent } = await startInTurn(place, { first: 'child', rejoin: true });
    assert.equal((await askUntil({ port: parent.web }, 200)).status, 200);
    await parent.forget();
    const { web } = await parent.restart();
    assert.equal((await askUntil({ port: web }, 200)).status, 200);
  });

  test('pair as well when the parent is there first; one that has lost its data stays out otherwise', async () => {
    await using place = await PairingPlace.open();
    const { child, parent } = await startInTurn(place, { first: 'parent', rejoin: false });
    assert.equal((await askUntil({ port: parent.web }, 200)).status, 200);
    await parent.forget();
    const { web, program } = await parent.restart();
    while (!/rejoin/.test(program.log + child.program.log)) await sleep(50);
    assert.equal((await ask({ port: web })).status, 503);
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestNode } from './nodes.ts';

test('an invitation makes two nodes parent and child', async () => {
  await using child = await TestNode.start({ options: { name: 'east' } });
  await using parent = await TestNode.start({ options: { name: 'front' } });
  const joined = await parent.pairing.join({ invitation: await child.invite() });
  assert.equal(joined.name, 'east');
  assert.equal(joined.state, 'paired');
  assert.equal(joined.node, child.node);
  const [seen] = child.pairing.list().peers;
  assert.deepEqual(
    [seen?.name, seen?.role, seen?.state, seen?.node],
    ['front', 'parent', 'paired', parent.node],
  );
  assert.deepEqual(child.port.asked, ['invited greeting', 'invited acceptance']);
  const [known] = parent.pairing.children();
  assert.equal(known?.address.href, `https://${child.port.address}/`);
});

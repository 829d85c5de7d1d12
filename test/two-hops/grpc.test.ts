import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { calls } from '../proxy/grpc/calls.ts';
import { LetterClient } from '../proxy/grpc/letter-client.ts';
import { LetterServer } from '../proxy/grpc/letter-server.ts';
import { askUntil } from './client.ts';
import { Nodes } from './nodes.ts';

/** A server of gRPC answers this to whoever does not speak it. */
const unsupportedMediaType = 415;

describe('gRPC through a parent and its child', { timeout: 600_000 }, () => {
  const server = new LetterServer();
  const opened = new AsyncDisposableStack();
  let client: LetterClient;

  before(async () => {
    const nodes = opened.use(await Nodes.open());
    opened.use(await server.listen());
    const servers = [{ url: `h2c://127.0.0.1:${server.port}` }];
    const shop = { rule: 'PathPrefix(`/`)', service: 'shop', uplinks: ['shop'] };
    const services = { shop: { loadBalancer: { servers } } };
    const child = await nodes.start({
      name: 'child',
      http: { uplinks: { shop: {} }, routers: { shop }, services },
    });
    const front = { rule: 'Host(`shop.test`)', service: 'shop@multicluster' };
    const children = { child: child.uplinkAddress };
    const { web, program } = await nodes.start({ name: 'parent', http: { routers: { front } }, children });
    const { status } = await askUntil({ port: web, headers: { Host: 'shop.test' } }, unsupportedMediaType);
    assert.equal(status, unsupportedMediaType, `${child.program.log}\n${program.log}`);
    client = opened.use(new LetterClient(web, 'shop.test'));
  });

  after(() => opened.disposeAsync());

  for (const [title, run] of Object.entries(calls)) test(title, () => run({ client, server }));
});

import assert from 'node:assert/strict';
import { connect, type AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { it } from 'node:test';
import { Engine as Connection } from '../../../src/providers/docker/engine/engine.ts';
import { resolveEndpoint } from '../../../src/providers/docker/engine/endpoint.ts';
import { Engine } from '../../conformance/engine.mjs';
import { Pki } from '../../tls/pki.ts';
import { optionsOf } from './containers.ts';

it('speaks with an engine that wants a certificate, and with no other', async (t) => {
  using pki = new Pki();
  const { cert, key } = pki.issue('engine', { san: 'IP:127.0.0.1', usage: 'serverAuth' });
  const client = pki.issue('client', { usage: 'clientAuth' });
  const engine = new Engine();
  engine.set([{ name: 'cafe', labels: {} }]);
  t.after(() => engine.close());
  const plain = Number(new URL(await engine.listen('tcp://127.0.0.1:0')).port);
  const front = createServer(
    { cert, key, ca: pki.ca.cert, requestCert: true, rejectUnauthorized: true },
    (socket) => {
      const behind = connect(plain, '127.0.0.1');
      socket.on('error', () => behind.destroy()).pipe(behind);
      behind.on('error', () => socket.destroy()).pipe(socket);
    },
  );
  front.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  t.after(() => front.close());
  const endpoint = `tcp://127.0.0.1:${(front.address() as AddressInfo).port}`;
  const dial = (tls: object) => {
    const settings = {
      endpoint: resolveEndpoint(optionsOf({ endpoint, tls }), {}),
      userAgent: 'test',
      timeoutMs: 60_000,
    };
    return Connection.dial(settings, AbortSignal.timeout(60_000));
  };

  const connection = await dial({ ca: pki.ca.certFile, cert: client.certFile, key: client.keyFile });
  t.after(() => connection.close());
  assert.equal((await connection.list(AbortSignal.timeout(60_000))).length, 1);
  await assert.rejects(dial({ ca: pki.ca.certFile }), 'no client certificate');
  await assert.rejects(
    dial({ cert: client.certFile, key: client.keyFile }),
    /certificate/,
    'unknown authority',
  );
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { after, test } from 'node:test';
import tls from 'node:tls';
import { EntryPoint } from '../../src/entry-points/entry-point.ts';
import { TimerWheel } from '../../src/proxy/timer-wheel.ts';
import { StreamMux } from '../../src/routing/worker/stream-mux.ts';
import { Pki } from '../tls/pki.ts';
import { freePort } from '../../examples/demo/ports.ts';
import { listening, options, settings } from './listening.ts';

const pki = new Pki();
after(() => pki[Symbol.dispose]());

test('who fails in the handshake is counted by the reason, and told of for those who look closely', async () => {
  await using place = await listening({
    certificates: [pki.issue('plum', { san: 'DNS:plum.example' })],
    tls: {
      options: { default: options({ minVersion: 'VersionTLS13' }), strict: options({ sniStrict: true }) },
      hosts: { web: { 'strict.example': 'strict' } },
      refused: { web: ['refused.example'] },
    },
  });
  const wishes: readonly tls.ConnectionOptions[] = [
    { servername: 'plum.example', maxVersion: 'TLSv1.2' },
    { servername: 'strict.example' },
    { servername: 'refused.example' },
  ];
  for (const wish of wishes) {
    const socket = tls.connect({ port: place.port, host: '127.0.0.1', rejectUnauthorized: false, ...wish });
    await new Promise((closed) => socket.on('error', () => undefined).on('close', closed));
  }
  assert.deepEqual(
    place.refusals.map(({ reason, text, quiet }) => [reason, text, quiet]),
    [
      ['handshake-failed', 'it speaks no version of TLS that is allowed', true],
      [
        'unrecognized-name',
        'it asked for strict.example, for which there is no certificate, and the TLS options say sniStrict',
        true,
      ],
      ['refused', 'it asked for refused.example, whose TLS options do not exist', true],
    ],
  );
});

test('what is no acceptable request is counted by the status that it is answered with, and open connections by the way', async () => {
  const wheel = new TimerWheel();
  const port = await freePort();
  const statuses: (number | undefined)[] = [];
  const open: number[] = [];
  const entryPoint = new EntryPoint({
    settings: { ...settings, port },
    wheel,
    served: {
      handler: () => ({ handle: (exchange) => exchange.reply(200, []) }),
      streams: () => new StreamMux(),
      tlsFront: () => assert.fail('nobody speaks TLS'),
    },
    refuse: () => undefined,
    refuseRequest: (status) => statuses.push(status),
    onOpen: (connections) => open.push(connections),
  });
  await entryPoint.listen();
  for (const text of [
    'GET / HTTP/1.1\r\n\r\n',
    'GET / HTTP/3.7\r\nHost: x\r\n\r\n',
    'SSH-2.0-x y z\r\n\r\n',
  ]) {
    const socket = net.connect(port, '127.0.0.1').resume();
    socket.end(text);
    await once(socket, 'close');
  }
  assert.deepEqual(statuses, [400, 505, undefined]);
  assert.equal(Math.max(...open), 1);
  await entryPoint.stop();
  assert.equal(open.at(-1), 0);
  wheel[Symbol.dispose]();
});

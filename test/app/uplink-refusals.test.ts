/** The uplink port of the real program, paired with nobody yet: what strangers leave in its log and its counters. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { invitedName, pairedName, say } from '../entry-points/peer-client.ts';
import { type Issued, Pki } from '../tls/pki.ts';
import { freePort } from '../../examples/demo/ports.ts';
import { Program } from './running-program.ts';

const stranger = new Pki();
after(() => stranger[Symbol.dispose]());

const cases: [reason: string, serverName: string, shown: Issued | undefined, line: RegExp][] = [
  ['no-certificate', 'uplink.example', undefined, /it asked for no name of pairing/],
  ['invitation-unknown', invitedName('nobody'), stranger.ca, /no invitation nobody here: make a new one/],
  ['wrong-name', pairedName('a1'), stranger.ca, /it means another node/],
];

test('each refusal of the running program is a line of its log and a count of its metrics', async () => {
  const [uplink, metrics] = [await freePort(), await freePort()];
  await using program = new Program({
    'static.yml': `
log: { level: INFO, format: json }
dataDirectory: "{{folder}}/data"
workers: 2
entryPoints: { traefik: { address: "127.0.0.1:${metrics}" } }
metrics: { prometheus: {} }
hub:
  pairing: {}
  uplinkEntryPoints: { uplink: { address: "0.0.0.0:${uplink}" } }
`,
  });
  await program.says(/Serving\./);
  for (const [reason, serverName, shown, line] of cases) {
    assert.equal(await say({ port: uplink, serverName, shown }), '', reason);
    await program.says(new RegExp(`"reason":"${reason}"`));
    assert.match(program.output, line);
  }
  for (const [reason] of cases) {
    const counted = `fairlead_clients_refused_total{entrypoint="uplink",reason="${reason}"} 1`;
    for (let tries = 0; !(await told(metrics)).includes(counted); tries++) {
      assert.ok(tries < 1000, counted);
      await delay(50);
    }
  }
});

const told = async (port: number): Promise<string> =>
  (await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { Connection: 'close' } })).text();

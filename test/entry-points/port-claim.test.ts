import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { claimPorts, explainListenError } from '../../src/entry-points/port-claim.ts';
import { settings } from './listening.ts';

test('port 0 becomes a real one, the same for all workers', async () => {
  const [claimed] = await claimPorts([settings]);
  assert.ok((claimed?.port ?? 0) > 0);
});

test('a port that another program shares out is not joined', async () => {
  const other = createServer().listen({ port: 0, host: '127.0.0.1', reusePort: true });
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  await assert.rejects(claimPorts([{ ...settings, port }]), /the port is taken/);
  other.close();
});

test('two entry points on one address are found', async () => {
  const [{ port } = settings] = await claimPorts([settings]);
  const both = [
    { ...settings, port },
    { ...settings, name: 'other', port },
  ];
  await assert.rejects(
    claimPorts(both),
    /entry point other cannot listen .* taken by another program or entry point/,
  );
  await assert.rejects(
    claimPorts([...both.slice(0, 1), { ...settings, name: 'all', host: undefined, port }]),
  );
  await claimPorts(both.slice(0, 1));
});

test('each failure says what to do', () => {
  const explain = (code: string, port: number) =>
    explainListenError({ ...settings, port }, Object.assign(new Error(code), { code }));
  assert.match(explain('EACCES', 80), /NET_BIND_SERVICE .*ip_unprivileged_port_start=80/);
  assert.match(explain('EADDRNOTAVAIL', 80), /no such address. Leave it out \(":80"\)/);
  assert.match(explain('ENETDOWN', 80), /: ENETDOWN$/);
});

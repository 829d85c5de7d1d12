import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { Pki } from '../tls/pki.ts';
import { freePort } from '../../examples/demo/ports.ts';
import { Program } from './running-program.ts';

const pki = new Pki();
const child = pki.issue('child', { san: 'IP:127.0.0.1,DNS:child.example', usage: 'serverAuth' });
const parent = pki.issue('parent', { usage: 'clientAuth' });
after(() => pki[Symbol.dispose]());

const common = `
log: { level: INFO, format: json }
dataDirectory: "{{folder}}/data"
workers: 2
`;

/** A server that answers late, when it is told to. */
async function slowServer() {
  const { promise: asked, resolve } = Promise.withResolvers<() => void>();
  const server = createServer((_, response) => resolve(() => response.end('late but whole')));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, server };
}

test('it serves, keeps its state for itself, and stops in good order', async () => {
  const { url, asked, server } = await slowServer();
  const port = await freePort();
  await using program = new Program({
    'static.yml': `${common}
entryPoints: { web: { address: "127.0.0.1:${port}" } }
providers: { file: { filename: "{{folder}}/dynamic.yml" } }
ping: { entryPoint: web }
`,
    'dynamic.yml': `
http:
  routers: { slow: { rule: "Path(\`/slow\`)", service: slow } }
  services: { slow: { loadBalancer: { servers: [{ url: "${url}" }] } } }
`,
  });
  await program.says(/Serving\./);
  assert.match(program.output, /added .*router slow@file/, 'what changed is told in a line');
  const kept = join(program.folder, 'data/default-certificate.pem');
  assert.equal(statSync(kept).mode & 0o777, 0o600);

  const second = new Program({
    'static.yml': `${common.replace('{{folder}}', program.folder)}
entryPoints: { web: { address: "127.0.0.1:0" } }
providers: { file: { filename: "${program.folder}/dynamic.yml" } }`,
  });
  const { code: secondCode, output } = await second.ended;
  assert.equal(secondCode, 1);
  assert.match(output, /belongs to a Fairlead that is running/);

  const answer = fetch(`http://127.0.0.1:${port}/slow`);
  const finish = await asked;
  program.process.kill('SIGTERM');
  await program.says(/Stopping/);
  finish();
  assert.equal(await (await answer).text(), 'late but whole');
  assert.equal((await program.ended).code, 0);
  assert.ok(!existsSync(join(program.folder, 'data/lock')), 'the lock is gone');
  server.close();
});

test('a port that is taken is named', async () => {
  const taken = net.createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  await using program = new Program({
    'static.yml': `${common}
entryPoints: { front: { address: "127.0.0.1:${port}" } }`,
  });
  const { code, output } = await program.ended;
  assert.equal(code, 1);
  assert.match(
    output,
    new RegExp(`The entry point front cannot listen on 127.0.0.1:${port}: the port is taken`),
  );
  taken.close();
});

test('a log file that cannot be opened is told like every other mistake', async () => {
  await using program = new Program({
    'static.yml': 'log: { filePath: "{{folder}}/static.yml/a.log" }',
  });
  const { code, output } = await program.ended;
  assert.equal(code, 1);
  assert.match(
    output,
    /^error +The log file .*a\.log cannot be opened: .*\n +Name a file in log\.filePath .*\n$/,
  );
});

test('an uplink entry point without protection keeps the program from starting, and the way on is shown', async () => {
  const port = await freePort();
  const uplink = (more: string) => ({
    'static.yml': `${common}
entryPoints: { web: { address: "127.0.0.1:0" } }
hub: { uplinkEntryPoints: { uplink: { address: "0.0.0.0:${port}"${more} } } }
`,
  });
  for (const more of ['', ', http: { tls: {} }']) {
    await using refused = new Program(uplink(more));
    const { code, output } = await refused.ended;
    assert.equal(code, 1, more);
    for (const way of ['RequireAndVerifyClientCert', `address: "127.0.0.1:${port}"`, 'insecure: true'])
      assert.ok(output.includes(way), `${more}: ${way}`);
  }
  await using open = new Program(uplink(', insecure: true'));
  await open.says(/Serving\./);
});

test('mutual TLS as documented: curl with a certificate is served, and changed files are picked up', async () => {
  const port = await freePort();
  await using program = new Program({
    'static.yml': `${common}
entryPoints: { web: { address: "127.0.0.1:0" } }
hub: { uplinkEntryPoints: { uplink: { address: "0.0.0.0:${port}", http: { tls: { options: mutual@file } } } } }
providers: { file: { filename: "{{folder}}/dynamic.yml" } }
`,
    'dynamic.yml': `
tls:
  options:
    mutual: { clientAuth: { caFiles: ["${pki.ca.certFile}"], clientAuthType: RequireAndVerifyClientCert } }
  stores: { default: { defaultCertificate: { certFile: "{{folder}}/child.crt", keyFile: "{{folder}}/child.key" } } }
`,
    'child.crt': child.cert,
    'child.key': child.key,
  });
  await program.says(/Serving\./);
  const url = `https://127.0.0.1:${port}/api/uplinks`;
  const curl = (...args: string[]) =>
    promisify(execFile)('curl', ['-sS', '--max-time', '60', '--cacert', pki.ca.certFile, ...args, url]);
  const { stdout } = await curl('--cert', parent.certFile, '--key', parent.keyFile);
  assert.equal(stdout.trim(), '[]');
  await assert.rejects(curl());
  await program.says(/"reason":"no-certificate"/);

  const renewed = pki.issue('renewed', { san: 'IP:127.0.0.1,DNS:renewed.example', usage: 'serverAuth' });
  program.write('next.crt', renewed.cert);
  program.write('child.key', renewed.key);
  renameSync(join(program.folder, 'next.crt'), join(program.folder, 'child.crt'));
  await program.says(/added .*renewed\.example/);
  const socket = tls.connect({ ...parent, port, host: '127.0.0.1', ca: pki.ca.cert });
  socket.on('error', () => {});
  await once(socket, 'secureConnect');
  assert.equal(socket.getPeerX509Certificate()?.subject, 'CN=renewed');
  socket.destroy();
});

test('users in a file are taken up while it serves, and stay when the file goes', async () => {
  const port = await freePort();
  const sha1 = (password: string) => `{SHA}${createHash('sha1').update(password).digest('base64')}`;
  await using program = new Program({
    'static.yml': `${common}
entryPoints: { web: { address: "127.0.0.1:${port}" } }
providers: { file: { filename: "{{folder}}/dynamic.yml" } }
ping: { manualRouting: true }
`,
    'dynamic.yml': `
http:
  routers: { r: { rule: "PathPrefix(\`/\`)", service: ping@internal, middlewares: [auth] } }
  middlewares: { auth: { basicAuth: { usersFile: "{{folder}}/users" } } }
`,
    users: `anna:${sha1('one')}\n`,
  });
  const statusFor = async (credentials: string) => {
    const headers = { Authorization: `Basic ${btoa(credentials)}` };
    return (await fetch(`http://127.0.0.1:${port}/`, { headers })).status;
  };
  await program.says(/Serving\./);
  assert.deepEqual([await statusFor('anna:one'), await statusFor('berta:two')], [200, 401]);
  program.write('users', `berta:${sha1('two')}\n`);
  await program.says(/changed middleware auth@file/);
  assert.deepEqual([await statusFor('anna:one'), await statusFor('berta:two')], [401, 200]);
  rmSync(join(program.folder, 'users'));
  await program.says(/goes on with what its files held before: there is no file/);
  assert.equal(await statusFor('berta:two'), 200);
});

test('killed, it leaves nothing outside its data directory, and starts again', async () => {
  const temporary = mkdtempSync(join(tmpdir(), 'fairlead-temporary-'));
  const usual = process.env.TMPDIR;
  process.env.TMPDIR = temporary;
  const files = {
    'static.yml': `
log: { level: INFO, format: json }
dataDirectory: "${temporary}/data"
entryPoints: { web: { address: "127.0.0.1:0" } }
metrics: { prometheus: { entryPoint: web } }`,
  };
  for (let start = 1; start <= 2; start++) {
    await using program = new Program(files);
    await program.says(/Serving\./);
    assert.deepEqual(readdirSync(temporary).sort(), ['data', basename(program.folder)]);
  }
  if (usual === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = usual;
  assert.deepEqual(readdirSync(join(temporary, 'data')).sort(), [
    'api',
    'default-certificate.pem',
    'lock',
    'metrics',
    'node-id',
  ]);
  rmSync(temporary, { recursive: true });
});

test('it ends with the process that handed over to it', async () => {
  process.env.FAIRLEAD_HANDED_OVER = '1';
  await using program = new Program({
    'static.yml': `${common}
entryPoints: { web: { address: "127.0.0.1:0" } }`,
  });
  delete process.env.FAIRLEAD_HANDED_OVER;
  await program.says(/Serving\./);
  program.process.disconnect();
  assert.equal((await program.ended).code, 0);
});

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { sslRequest } from '../../src/proxy/tcp/start-tls.ts';
import { piece, rest, Servers, StreamRig, type StreamRigInit } from '../proxy/stream-rig.ts';
import { type Issued, Pki } from '../tls/pki.ts';
import { options } from './listening.ts';

const pki = new Pki();
const ours = pki.issue('ours', { san: 'DNS:*.example' });
const theirs = pki.issue('theirs', { san: 'DNS:own.example' });
const servers = new Servers();
const ports: Record<string, number> = {};

before(async () => {
  for (const name of ['plain', 'ended', 'any', 'other'])
    ports[name] = await servers.open((socket) =>
      socket.once('data', (chunk) => socket.end(`${name}: ${chunk}`)),
    );
  ports.greeting = await servers.open((socket) => socket.end('greeting'));
  ports.own = await servers.open(
    (socket) => socket.once('data', (chunk) => socket.end(`own: ${chunk}`)),
    secureServer(theirs),
  );
  ports.counting = await servers.open((socket) => {
    let bytes = 0;
    socket.on('data', (chunk) => (bytes += chunk.length));
    socket.on('end', () => socket.end(String(bytes)));
  });
  ports.postgres = await servers.open(postgres);
});
after(async () => {
  await servers[Symbol.asyncDispose]();
  pki[Symbol.dispose]();
});

const secureServer =
  ({ cert, key }: Issued) =>
  (onConnection: (socket: Socket) => void) =>
    tls.createServer({ cert, key, ALPNProtocols: ['mqtt', 'http/1.1'] }, onConnection);

/** A server that speaks TLS when it is asked to, as PostgreSQL does. */
function postgres(socket: Socket): void {
  socket.once('data', (first) => {
    if (!first.equals(sslRequest)) return socket.end(`plain start-up: ${first}`);
    socket.write('S');
    const secure = new tls.TLSSocket(socket, { isServer: true, cert: theirs.cert, key: theirs.key });
    secure.on('error', () => {});
    secure.once('data', (chunk) => secure.end(`secure start-up: ${chunk}`));
  });
}

const terminated = { passthrough: false, options: 'default' };
const passedOn = { passthrough: true, options: 'default' };

function dispatching(init: Partial<StreamRigInit>): Promise<StreamRig> {
  const services = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, [port]]));
  return StreamRig.start({ services, certificates: [ours], ...init });
}

/** What a TLS client gets for its question, and whose certificate it was shown. */
async function ask(port: number, wish: tls.ConnectionOptions, question = 'hello'): Promise<string> {
  const socket = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...wish });
  try {
    await once(socket, 'secureConnect');
    const subject = socket.getPeerX509Certificate()?.subject;
    socket.write(question);
    const answer = await rest(socket);
    return `${subject} ${answer.split('\r\n')[0]}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

const askPlain = (rig: StreamRig, question: string): Promise<string> => {
  const socket = rig.connect();
  socket.write(question);
  return rest(socket);
};

const http = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';

test('HTTP, HTTPS, and TCP with and without TLS share a port', async () => {
  await using rig = await dispatching({
    tcpRouters: {
      own: { rule: 'HostSNI(`own.example`)', service: 'own', tls: passedOn },
      ended: { rule: 'HostSNI(`ended.example`)', service: 'ended', tls: terminated },
      plain: { rule: 'HostSNI(`*`) && ClientIP(`127.0.0.2`)', service: 'plain' },
    },
    routers: {
      site: { rule: 'Host(`site.example`)', middlewares: [] },
      everything: { rule: 'PathPrefix(`/`)', tls: false, tlsOptions: undefined },
    },
  });
  assert.equal(await ask(rig.port, { servername: 'own.example' }), 'CN=theirs own: hello');
  assert.equal(await ask(rig.port, { servername: 'OWN.example' }), 'CN=theirs own: hello');
  assert.equal(await ask(rig.port, { servername: 'ended.example' }), 'CN=ours ended: hello');
  const site = http.replace('Host: x', 'Host: site.example');
  assert.equal(
    await ask(rig.port, { servername: 'site.example' }, site),
    "CN=ours HTTP/1.1 418 I'm a teapot",
  );
  assert.match(await ask(rig.port, { servername: 'else.example' }, http), /^CN=ours HTTP\/1.1 404/);
  assert.match(await askPlain(rig, http), /^HTTP\/1.1 418/);
  const socket = net.connect({ port: rig.port, host: '127.0.0.1', localAddress: '127.0.0.2' });
  socket.write(http);
  assert.match(await rest(socket), /^plain: GET/);
});

test('names go before catch-alls, and HTTPS before TCP', async () => {
  const any = { rule: 'HostSNI(`*`)', service: 'any', tls: terminated };
  const named = { rule: 'HostSNI(`a.example`)', service: 'ended', tls: terminated };
  const site = { rule: 'Host(`a.example`)' };
  const everything = { rule: 'PathPrefix(`/`)' };
  const get = http.replace('Host: x', 'Host: a.example');
  const cases: [tcpRouters: object, routers: object, answer: RegExp][] = [
    [{ any, named }, {}, /^CN=ours ended/],
    [{ any, named }, { site }, /418/],
    [{ any }, { site }, /418/],
    [{ named }, { everything }, /^CN=ours ended/],
    [{ any }, { everything }, /418/],
    [{ any }, { other: { rule: 'Host(`b.example`)' } }, /^CN=ours any/],
    [{}, {}, /404/],
  ];
  for (const [tcpRouters, routers, answer] of cases) {
    await using rig = await dispatching({
      tcpRouters: tcpRouters as NonNullable<StreamRigInit['tcpRouters']>,
      routers: routers as NonNullable<StreamRigInit['routers']>,
    });
    assert.match(await ask(rig.port, { servername: 'a.example' }, get), answer);
  }
});

test('rules look at what the client offers and where it comes from', async () => {
  await using rig = await dispatching({
    tcpRouters: {
      mqtt: { rule: 'HostSNI(`*`) && ALPN(`mqtt`)', service: 'own', tls: passedOn },
      pattern: { rule: 'HostSNIRegexp(`^db-[0-9]+\\.example$`)', service: 'other', tls: terminated },
      wide: { rule: 'HostSNI(`*.wide.example`)', service: 'any', tls: terminated },
    },
  });
  assert.equal(await ask(rig.port, { ALPNProtocols: ['mqtt'] }), 'CN=theirs own: hello');
  assert.equal(await ask(rig.port, { servername: 'db-7.example' }), 'CN=ours other: hello');
  assert.equal(await ask(rig.port, { servername: 'a.wide.example' }), 'CN=ours any: hello');
  assert.match(await ask(rig.port, { servername: 'b.a.wide.example' }, http), /404/);
});

test('where nothing has to be told apart the server may speak first', async () => {
  const greeting = { rule: 'HostSNI(`*`)', service: 'greeting' };
  await using rig = await dispatching({ tcpRouters: { greeting } });
  assert.equal(await rest(rig.connect()), 'greeting');
  const proxyProtocol = { insecure: true, trustedIPs: [] };
  await using behind = await dispatching({
    settings: { proxyProtocol },
    tcpRouters: { greeting: { ...greeting, rule: 'ClientIP(`192.0.2.7`)' } },
  });
  const socket = behind.connect();
  socket.write('PROXY TCP4 192.0.2.7 192.0.2.1 4711 443\r\n');
  assert.equal(await rest(socket), 'greeting');
});

test('bytes that came with the PROXY header go on to the server', async () => {
  await using rig = await dispatching({
    settings: { proxyProtocol: { insecure: true, trustedIPs: [] } },
    tcpRouters: { plain: { rule: 'HostSNI(`*`)', service: 'plain' } },
  });
  assert.equal(await askPlain(rig, 'PROXY TCP4 192.0.2.7 192.0.2.1 4711 443\r\nhello'), 'plain: hello');
});

test('the options of a TCP router decide how TLS ends', async () => {
  await using rig = await dispatching({
    tlsOptions: {
      modern: options({ minVersion: 'VersionTLS13' }),
      known: options({ clientAuthType: 'RequireAndVerifyClientCert', clientAuthorities: [pki.ca.cert] }),
      spoken: options({ alpnProtocols: ['mqtt'] }),
    },
    tcpRouters: {
      modern: {
        rule: 'HostSNI(`modern.example`)',
        service: 'ended',
        tls: { ...terminated, options: 'modern' },
      },
      known: { rule: 'HostSNI(`known.example`)', service: 'ended', tls: { ...terminated, options: 'known' } },
      spoken: {
        rule: 'HostSNI(`spoken.example`)',
        service: 'ended',
        tls: { ...terminated, options: 'spoken' },
      },
    },
  });
  const modern = { servername: 'modern.example' };
  assert.equal(await ask(rig.port, modern), 'CN=ours ended: hello');
  assert.match(await ask(rig.port, { ...modern, maxVersion: 'TLSv1.2' }), /PROTOCOL_VERSION/);
  const { cert, key } = pki.issue('client', { usage: 'clientAuth' });
  const known = { servername: 'known.example' };
  assert.equal(await ask(rig.port, { ...known, cert, key }), 'CN=ours ended: hello');
  assert.doesNotMatch(await ask(rig.port, known), /hello/);
  assert.deepEqual(
    rig.refusals.map(({ reason }) => reason),
    ['handshake-failed', 'no-certificate'],
  );
  const spoken = { servername: 'spoken.example' };
  assert.equal(await ask(rig.port, { ...spoken, ALPNProtocols: ['mqtt'] }), 'CN=ours ended: hello');
  assert.match(await ask(rig.port, { ...spoken, ALPNProtocols: ['h2'] }), /NO_APPLICATION_PROTOCOL/);
});

/** Asks for TLS as libpq does; then what the server behind says. */
async function startTls(rig: StreamRig, servername: string): Promise<string> {
  const socket = rig.connect();
  socket.write(sslRequest.subarray(0, 3));
  socket.write(sslRequest.subarray(3));
  const answer = await piece(socket);
  return `${answer} ${await ask(rig.port, { socket, servername }, 'start')}`;
}

test('a PostgreSQL client is told to begin TLS, which ends here or at the server', async () => {
  await using rig = await dispatching({
    tcpRouters: {
      ended: { rule: 'HostSNI(`ended.example`)', service: 'postgres', tls: terminated },
      own: { rule: 'HostSNI(`own.example`)', service: 'postgres', tls: passedOn },
      deaf: { rule: 'HostSNI(`deaf.example`)', service: 'other', tls: passedOn },
      plain: { rule: 'HostSNI(`*`)', service: 'postgres' },
    },
    routers: { site: { rule: 'Host(`site.example`)' } },
  });
  assert.equal(await startTls(rig, 'ended.example'), 'S CN=ours plain start-up: start');
  assert.equal(await startTls(rig, 'own.example'), 'S CN=theirs secure start-up: start');
  assert.match(await startTls(rig, 'site.example'), /^S E/, 'never HTTPS');
  assert.match(await startTls(rig, 'deaf.example'), /^S E/);
  assert.match(rig.refusals.at(-1)?.text ?? '', /it does not speak TLS/);
  assert.equal(await askPlain(rig, '\0\0\0\x09start'), 'plain start-up: \0\0\0\x09start');
});

test('without TLS routers the server itself answers what a PostgreSQL client asks', async () => {
  await using rig = await dispatching({
    tcpRouters: { plain: { rule: 'HostSNI(`*`)', service: 'postgres' } },
  });
  assert.equal(await startTls(rig, 'own.example'), 'S CN=theirs secure start-up: start');
});

test('a client that has finished in TLS still gets its answer', async () => {
  await using rig = await dispatching({
    tcpRouters: {
      ended: { rule: 'HostSNI(`ended.example`)', service: 'counting', tls: terminated },
    },
  });
  const wish = { servername: 'ended.example', rejectUnauthorized: false, allowHalfOpen: true };
  const socket = tls.connect({ host: '127.0.0.1', port: rig.port, ...wish });
  await once(socket, 'secureConnect');
  socket.write(Buffer.alloc(1_000_000));
  socket.end();
  assert.equal(await rest(socket), '1000000');
});

test('openssl sees the server through a passthrough, and us where TLS ends', async () => {
  await using rig = await dispatching({
    tcpRouters: {
      own: { rule: 'HostSNI(`own.example`)', service: 'own', tls: passedOn },
      ended: { rule: 'HostSNI(`ended.example`)', service: 'ended', tls: terminated },
    },
  });
  const shown = async (name: string): Promise<string | undefined> => {
    const child = promisify(execFile)('openssl', [
      ...['s_client', '-connect', `127.0.0.1:${rig.port}`, '-servername', name, '-CAfile', pki.ca.certFile],
    ]);
    child.child.stdin?.end('hello\n');
    const { stdout } = await child.catch((error: { stdout: string }) => error);
    return /subject=(.*)\n[^]*Verification: OK/.exec(stdout)?.[1];
  };
  assert.equal(await shown('own.example'), 'CN = theirs');
  assert.equal(await shown('ended.example'), 'CN = ours');
});

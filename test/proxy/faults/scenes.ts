/** Ways to a server that fails: clients of both protocols, and two proxies in a row. */
import { connect as connectHttp2, constants } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { serveHttp2 } from '../../../src/proxy/http2/serve-http2.ts';
import { LlhttpReader } from '../fuzz/llhttp.ts';
import { Rig, type RigInit } from '../rig.ts';

export type Outcome = number | 'broken';
/** The last one never comes to its end. */
export type Asked = 'without a body' | 'with a body' | 'with a part of a body';

export interface Scene extends AsyncDisposable {
  /** Makes a request, and says what came of it. */
  ask(what: Asked): Promise<Outcome>;
  /** Begins a request, with a body that never comes to its end if so; gives what takes it back. */
  begin(withBody: boolean): () => void;
  /** Goes on with a new connection, where requests share one. */
  renew?(): void;
  /** Connections that the server has open. */
  readonly open: ReadonlySet<Socket>;
}

interface Setting {
  readonly serve: (socket: Socket) => void;
  /** So long the proxy waits for the head of an answer. */
  readonly patienceMs: number;
}

/** A rig before a server whose connections are known; each is served once its first bytes are there. */
async function counted(
  { serve, patienceMs }: Setting,
  init: RigInit = {},
): Promise<{ open: Set<Socket>; rig: Rig }> {
  const open = new Set<Socket>();
  const server = (socket: Socket) => {
    open.add(socket);
    rig.servers.length = 0;
    socket.on('error', () => {}).on('close', () => open.delete(socket));
    socket.on('end', () => socket.end());
    socket.once('data', () => serve(socket));
  };
  const rig = await Rig.start({ server, transport: { responseHeaderTimeoutMs: patienceMs }, ...init });
  return { open, rig };
}

export const scenes: Readonly<Record<string, (setting: Setting) => Promise<Scene>>> = {
  async 'a client of HTTP/1'(setting) {
    const { open, rig } = await counted(setting);
    return {
      open,
      ask: (what) => askHttp1(rig, what),
      begin: (withBody) => beginHttp1(rig, withBody),
      [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
    };
  },

  async 'a client of HTTP/2'(setting) {
    const { open, rig } = await counted(setting, { serve: serveHttp2 });
    const connectAnew = () => connectHttp2(`http://127.0.0.1:${rig.port}`);
    let session = connectAnew();
    const close = async () => {
      session.destroy();
      await rig[Symbol.asyncDispose]();
    };
    const ask = (what: Asked): Promise<Outcome> => {
      const stream = session.request({ ':method': methodOf(what), ':path': '/' });
      if (what === 'with a part of a body') stream.write('body');
      else stream.end(what === 'with a body' ? 'body' : '');
      return outcomeOf(stream);
    };
    const begin = (withBody: boolean) => {
      const stream = session.request(withBody ? { ':method': 'POST', ':path': '/' } : { ':path': '/' });
      stream.on('error', () => {}).resume();
      if (withBody) stream.write('beginning');
      return () => stream.close(constants.NGHTTP2_CANCEL);
    };
    // Who takes back too much on one connection loses it.
    const renew = () => {
      session.destroy();
      session = connectAnew();
    };
    return { open, ask, begin, renew, [Symbol.asyncDispose]: close };
  },

  async 'a client of two proxies in a row'(setting) {
    const { open, rig: child } = await counted(setting, { serve: serveHttp2 });
    const parent = await Rig.start({ url: `h2c://127.0.0.1:${child.port}` });
    const close = async () => {
      await parent[Symbol.asyncDispose]();
      await child[Symbol.asyncDispose]();
    };
    return {
      open,
      ask: (what) => askHttp1(parent, what),
      begin: (withBody) => beginHttp1(parent, withBody),
      [Symbol.asyncDispose]: close,
    };
  },
};

function methodOf(what: Asked): string {
  return what === 'without a body' ? 'GET' : 'POST';
}

async function askHttp1(rig: Rig, what: Asked): Promise<Outcome> {
  const body = what === 'without a body' ? '' : 'body';
  const length = what === 'with a part of a body' ? 1000 : body.length;
  const head = `${methodOf(what)} / HTTP/1.1\r\nHost: a.test\r\nContent-Length: ${length}\r\n`;
  const socket = connect(rig.port, '127.0.0.1');
  let told = '';
  socket.setEncoding('latin1').on('error', () => {});
  socket.on('data', (text: string) => {
    told += text;
  });
  socket.write(`${head}Connection: close\r\n\r\n${body}`);
  await new Promise((done) => socket.on('close', done));
  using reader = new LlhttpReader({ answersTo: ['GET'] }).read(told);
  const answer = reader.messages.find(({ status }) => status >= 200);
  return answer?.complete === true ? answer.status : 'broken';
}

function beginHttp1(rig: Rig, withBody: boolean): () => void {
  const socket = connect(rig.port, '127.0.0.1');
  socket.on('error', () => {}).resume();
  const line = withBody ? 'POST / HTTP/1.1\r\nContent-Length: 1000\r\n' : 'GET / HTTP/1.1\r\n';
  socket.write(`${line}Host: a.test\r\n\r\n${withBody ? 'beginning' : ''}`);
  return () => void socket.resetAndDestroy();
}

async function outcomeOf(stream: ReturnType<ReturnType<typeof connectHttp2>['request']>): Promise<Outcome> {
  let status = 0;
  stream.on('response', (fields) => {
    status = fields[':status'] ?? 0;
  });
  stream.on('error', () => {}).resume();
  await new Promise((done) => stream.on('close', done));
  return stream.rstCode === constants.NGHTTP2_NO_ERROR ? status : 'broken';
}

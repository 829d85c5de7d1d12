/** The same texts from end to end: real sockets, a raw server that notes what it gets. */
import { once } from 'node:events';
import { METHODS } from 'node:http';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { Rig } from '../rig.ts';
import { judgeRequests } from './judge-requests.ts';
import { AnsweringServer, type RequestOutcome } from './play-requests.ts';
import { LlhttpReader, type Message } from './llhttp.ts';
import { cut } from './random.ts';
import { requestText } from './request-texts.ts';
import { runCases, seed, shareOf } from './run.ts';

test(`over sockets as over wires (seed ${seed})`, async () => {
  await runCases(
    shareOf(1 / 50),
    async (random) => {
      const text = requestText(random);
      if (text === '' || isBeyondLlhttp(text)) return;
      const pieces = cut(text, 1 + random(4), random);
      try {
        judgeRequests(text, await exchange(pieces));
      } catch (cause) {
        throw new Error(JSON.stringify(pieces), { cause });
      }
    },
    { atOnce: 20 },
  );
});

/** Sends the pieces one by one, ends, and waits until the proxy has nothing more to say. */
async function exchange(pieces: readonly string[]): Promise<RequestOutcome> {
  const seen: Message[] = [];
  const servers: AnsweringServer[] = [];
  using held = new DisposableStack();
  const taken: string[] = [];
  await using rig = await Rig.start({
    client: { address: '192.0.2.1' },
    server: (socket) => servers.push(held.use(serve(socket, seen))),
    handler: (forwarder) => ({
      handle: (request) => {
        // Behind what llhttp refuses for another reason, one of those may still come.
        if (!METHODS.includes(request.request.method)) return;
        taken.push(request.request.method);
        forwarder.handle(request);
      },
    }),
  });
  const client = await rig.client();
  for (const piece of pieces) {
    client.send(piece);
    await new Promise(setImmediate);
  }
  client.socket.end();
  const told = await client.untilClosed();
  // Idle connections, which nobody ends otherwise.
  for (const socket of rig.servers) socket.end();
  await Promise.all(rig.servers.map(async (socket) => socket.closed || once(socket, 'close')));
  return {
    seen,
    unfinished: servers.map(({ unfinished }) => unfinished).find((message) => message !== undefined),
    fault: servers.map((server) => server.fault()).find((fault) => fault !== undefined),
    taken,
    sent: servers.map(({ sent }) => sent),
    told,
    closed: true,
  };
}

/** To HTTP any token is a method, llhttp has a list. Skipping such texts saves waiting for what is not answered. */
function isBeyondLlhttp(text: string): boolean {
  using reader = new LlhttpReader().read(text);
  return /method/.test(reader.refusal ?? '');
}

function serve(socket: Socket, seen: Message[]): AnsweringServer {
  let written = '';
  const server = new AnsweringServer(
    {
      get written() {
        return written;
      },
      push: (text) => void (socket.writableEnded || socket.write(text)),
    },
    seen,
  );
  socket.on('data', (bytes: Buffer) => {
    written += bytes.toString('latin1');
    server.step();
  });
  socket.on('error', () => {}).on('end', () => socket.end());
  return server;
}

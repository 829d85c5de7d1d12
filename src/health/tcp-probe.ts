import { on, once } from 'node:events';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { proxyHeaderOfOwn } from '../proxy/tcp/proxy-header.ts';
import { TcpServer } from '../proxy/tcp/tcp-server.ts';
import { TcpTransport } from '../proxy/tcp/tcp-transport.ts';
import type { TcpQuestion } from './checked-service.ts';
import type { Probe } from './probe.ts';

/** A connection can be made, and the answer begins as it should. */
export function tcpProbe(question: TcpQuestion): Probe {
  const { address, tls, transport: record, proxyProtocol, send, expect } = question;
  const transport = new TcpTransport(record);
  const server = new TcpServer({ address, tls, transport, terminationDelayMs: 0, proxyProtocol });
  const expected = Buffer.from(expect);
  return async (signal) => {
    const raw = server.connect();
    raw.on('error', ignore);
    try {
      await once(raw, 'connect', { signal });
      if (proxyProtocol !== undefined) raw.write(proxyHeaderOfOwn(proxyProtocol));
      const socket = tls ? await secured(server, raw, signal) : raw;
      if (send !== '') socket.write(send);
      if (expected.length > 0) await begins(socket, expected, signal);
    } finally {
      raw.destroy();
    }
  };
}

async function secured(server: TcpServer, raw: Socket, signal: AbortSignal): Promise<TLSSocket> {
  const socket = server.secure(raw);
  socket.on('error', ignore);
  const gone = once(raw, 'close', { signal }).then(() => {
    throw new Error('it closed the connection');
  });
  await Promise.race([once(socket, 'secureConnect', { signal }), gone]);
  const refusal = server.refusal(socket);
  if (refusal) throw refusal;
  return socket;
}

async function begins(socket: Socket, expected: Buffer, signal: AbortSignal): Promise<void> {
  let answer = Buffer.alloc(0);
  for await (const [chunk] of on(socket, 'data', { signal, close: ['end', 'close'] })) {
    answer = Buffer.concat([answer, chunk as Buffer]);
    if (answer.length >= expected.length) break;
  }
  if (!answer.subarray(0, expected.length).equals(expected))
    throw new Error(`its answer begins with ${shown(answer, expected.length)}`);
}

/** As much of an answer as a line can bear. */
const shown = (answer: Buffer, length: number): string =>
  JSON.stringify(answer.toString('latin1', 0, Math.min(length, 64)));

function ignore(): void {
  // Whoever waits for the socket is told.
}

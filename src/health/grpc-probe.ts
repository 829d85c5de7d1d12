import { once } from 'node:events';
import type { ClientHttp2Session, IncomingHttpHeaders } from 'node:http2';
import type { HttpQuestion } from './checked-service.ts';
import { httpTarget, tlsOf } from './http-target.ts';
import type { Probe } from './probe.ts';

/** The whole server is asked, not one of its services: a message of no bytes. */
const wholeServer = Buffer.alloc(5);
const frameBytes = 5;
/** The first field of the answer, a number, and the one that means it is serving. */
const serving = Buffer.of(0x08, 1);
const states = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

/** The server says by gRPC's own protocol for that, `grpc.health.v1`, that it is serving. */
export function grpcProbe(question: HttpQuestion): Probe {
  const { url } = httpTarget({ ...question, path: '' });
  const options = url.protocol === 'https:' ? tlsOf(question.transport, url.hostname) : {};
  return async (signal) => {
    const { connect } = await import('node:http2');
    const session = connect(url.origin, { ...options, ALPNProtocols: ['h2'] });
    session.on('error', ignore);
    try {
      await ask(session, question, signal);
    } finally {
      session.destroy();
    }
  };
}

async function ask(
  session: ClientHttp2Session,
  { headers }: HttpQuestion,
  signal: AbortSignal,
): Promise<void> {
  const path = '/grpc.health.v1.Health/Check';
  const stream = session.request(
    { ...headers, ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' },
    { signal },
  );
  const told: IncomingHttpHeaders[] = [];
  stream.on('response', (fields) => told.push(fields));
  stream.on('trailers', (fields) => told.push(fields));
  const answered = once(stream, 'response', { signal });
  stream.end(wholeServer);
  await answered;
  const answer = Buffer.concat(await stream.toArray());
  judge(told, answer);
}

function judge(told: readonly IncomingHttpHeaders[], answer: Buffer): void {
  const status = told.map((fields) => fields['grpc-status']).find((each) => each !== undefined);
  if (status !== '0') throw new Error(`it answers with gRPC status ${status ?? 'none'}`);
  const message = answer.subarray(frameBytes);
  if (message.equals(serving)) return;
  throw new Error(`it says that it is ${states[message[1] ?? 0] ?? 'something unknown'}`);
}

function ignore(): void {
  // The request over it is told.
}

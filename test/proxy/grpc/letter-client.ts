import { once } from 'node:events';
import * as grpc from '@grpc/grpc-js';
import { anyLength, methods } from './letter-server.ts';

export interface Sent {
  readonly metadata?: grpc.Metadata;
  readonly deadline?: number;
}

/** How a call of one answer went. */
export interface Outcome {
  readonly message: Buffer | undefined;
  readonly metadata: grpc.Metadata;
  readonly status: grpc.StatusObject;
}

/** Calls a `LetterServer`, through whatever listens on the port. */
export class LetterClient implements Disposable {
  readonly #client: grpc.Client;

  constructor(port: number, authority = 'a.test') {
    this.#client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
      ...anyLength,
      'grpc.default_authority': authority,
      'grpc.enable_http_proxy': 0,
      'grpc.enable_retries': 0,
      'grpc.use_local_subchannel_pool': 1,
    });
  }

  async unary(name: 'echo' | 'fail', message: Buffer | string, sent: Sent = {}): Promise<Outcome> {
    const { path, requestSerialize, responseDeserialize } = methods[name];
    const { metadata = new grpc.Metadata(), ...options } = sent;
    const { promise, resolve } = Promise.withResolvers<Buffer | undefined>();
    const call = this.#client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      Buffer.from(message),
      metadata,
      options,
      (_, answer) => resolve(answer),
    );
    let first = new grpc.Metadata();
    call.on('metadata', (received) => (first = received));
    const [[status], answer] = await Promise.all([once(call, 'status'), promise]);
    return { message: answer, metadata: first, status };
  }

  join(done: (answer: Buffer | undefined) => void): grpc.ClientWritableStream<Buffer> {
    const { path, requestSerialize, responseDeserialize } = methods.join;
    return this.#client.makeClientStreamRequest(path, requestSerialize, responseDeserialize, (_, answer) =>
      done(answer),
    );
  }

  stream(name: 'spell' | 'wait', message: string, sent: Sent = {}): grpc.ClientReadableStream<Buffer> {
    const { path, requestSerialize, responseDeserialize } = methods[name];
    const { metadata = new grpc.Metadata(), ...options } = sent;
    const request = Buffer.from(message);
    return this.#client.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      metadata,
      options,
    );
  }

  talk(): grpc.ClientDuplexStream<Buffer, Buffer> {
    const { path, requestSerialize, responseDeserialize } = methods.talk;
    return this.#client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }
}

import { EventEmitter } from 'node:events';
import * as grpc from '@grpc/grpc-js';

type Unary = grpc.handleUnaryCall<Buffer, Buffer>;
type Waiting = grpc.ServerWritableStream<Buffer, Buffer>;

const asItIs = (message: Buffer): Buffer => message;
export const bytes = {
  requestSerialize: asItIs,
  requestDeserialize: asItIs,
  responseSerialize: asItIs,
  responseDeserialize: asItIs,
};
export const anyLength = { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 };

const method = (name: string, requestStream: boolean, responseStream: boolean) => ({
  ...bytes,
  path: `/test.Letters/${name}`,
  requestStream,
  responseStream,
});

export const methods = {
  echo: method('Echo', false, false),
  fail: method('Fail', false, false),
  join: method('Join', true, false),
  spell: method('Spell', false, true),
  wait: method('Wait', false, true),
  talk: method('Talk', true, true),
} as const;

/** A server of gRPC whose messages are bytes as they are. */
export class LetterServer implements AsyncDisposable {
  readonly #server = new grpc.Server(anyLength);
  readonly #events = new EventEmitter();
  port = 0;

  async listen(): Promise<this> {
    const wait = (call: Waiting) => void this.#events.emit('waits', call);
    this.#server.addService(methods, { echo, fail, join, spell, talk, wait });
    this.port = await new Promise((resolve, reject) =>
      this.#server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      ),
    );
    return this;
  }

  /** The next call of `wait`, which is never answered. */
  waits(): Promise<Waiting> {
    return new Promise((resolve) => this.#events.once('waits', resolve));
  }

  /** Takes no more calls and is gone when those under way have ended. */
  leave(): Promise<void> {
    return new Promise((resolve, reject) =>
      this.#server.tryShutdown((error) => (error ? reject(error) : resolve())),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.forceShutdown();
  }
}

/** The message, and all metadata that begins with `x-echo`, before it and after it. */
const echo: Unary = (call, callback) => {
  const metadata = new grpc.Metadata();
  for (const name of Object.keys(call.metadata.getMap())) {
    if (!name.startsWith('x-echo')) continue;
    for (const value of call.metadata.get(name)) metadata.add(name, value);
  }
  call.sendMetadata(metadata);
  callback(null, call.request, metadata);
};

/** Ends with the status that is asked for: its number and its text. */
const fail: Unary = ({ request }, callback) => {
  const [, code, details] = /^(\d+) (.*)$/s.exec(String(request))!;
  const metadata = new grpc.Metadata();
  metadata.set('x-reason-bin', Buffer.from([0, 255]));
  callback({ code: Number(code), details, metadata });
};

/** All messages in one; it does not wait for the end when it has heard `enough`. */
const join: grpc.handleClientStreamingCall<Buffer, Buffer> = (call, callback) => {
  const messages: Buffer[] = [];
  call.on('data', (message: Buffer) => {
    messages.push(message);
    if (String(message) === 'enough') callback({ code: grpc.status.ABORTED, details: 'heard enough' });
  });
  call.on('end', () => callback(null, Buffer.concat(messages)));
};

/** A message for each byte. */
const spell: grpc.handleServerStreamingCall<Buffer, Buffer> = (call) => {
  for (const byte of call.request) call.write(Buffer.of(byte));
  call.end();
};

/** Speaks first, by its metadata, and then answers each message with itself. */
const talk: grpc.handleBidiStreamingCall<Buffer, Buffer> = (call) => {
  call.sendMetadata(new grpc.Metadata());
  call.on('data', (message: Buffer) => call.write(message));
  call.on('end', () => call.end());
};

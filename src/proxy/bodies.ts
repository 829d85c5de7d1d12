import type { Body, BodySink, ReplayableBody } from '../model/exchange.ts';
import { ProxyError } from '../model/proxy-error.ts';

/** A body that is there already. */
export function bytesBody(bytes: Uint8Array): ReplayableBody {
  return bytes.length === 0 ? emptyBody : new BytesBody(bytes);
}

class BytesBody implements ReplayableBody {
  readonly bytes: Uint8Array;
  #sink: BodySink | undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get length(): number {
    return this.bytes.length;
  }

  start(sink: BodySink): void {
    this.#sink = sink;
    if (this.bytes.length === 0 || sink.write(this.bytes)) this.resume();
  }

  resume(): void {
    const sink = this.#sink;
    this.#sink = undefined;
    sink?.end();
  }

  cancel(): void {
    this.#sink = undefined;
  }

  buffer(): Promise<ReplayableBody> {
    return Promise.resolve(this);
  }
}

/** No body at all; keeps nothing, so that all messages share it. */
export const emptyBody: ReplayableBody = new (class extends BytesBody {
  override start(sink: BodySink): void {
    sink.end();
  }
})(new Uint8Array(0));

/** Puts a part of some memory into a sink, as cheap as the sink takes it. */
export function deliver(sink: BodySink, memory: Buffer, from: number, end: number): boolean {
  if (sink.writePart !== undefined) return sink.writePart(memory, from, end);
  return sink.write(memory.subarray(from, end));
}

/** Somebody who wants no body: it may come, nobody looks. */
export const discardSink: BodySink = { write: () => true, end() {}, abort() {} };

/** What bodies that arrive over time have in common: one sink at a time, and reading them into memory. */
export abstract class StreamedBody implements Body {
  abstract readonly length: number | undefined;
  delivered = 0;
  protected sink: BodySink | undefined;
  #collector: Collector | undefined;

  start(sink: BodySink): void {
    const collected = this.#collector;
    this.#collector = undefined;
    this.sink = sink;
    if (collected === undefined) this.begin();
    else collected.handOver(sink, this);
  }

  /** The first `start`: deliver what has come, and let more come. */
  protected abstract begin(): void;
  abstract resume(): void;
  abstract cancel(): void;

  buffer(limitBytes: number): Promise<ReplayableBody | 'too-large'> {
    if (this.length !== undefined && this.length > limitBytes) return Promise.resolve('too-large');
    return new Promise((resolve, reject) => {
      const collector = new Collector(limitBytes, {
        full: () => {
          this.#collector = collector;
          resolve('too-large');
        },
        ended: (bytes) => resolve(bytesBody(bytes)),
        broken: reject,
      });
      this.start(collector);
    });
  }
}

interface Outcome {
  full(): void;
  ended(bytes: Uint8Array): void;
  broken(error: ProxyError): void;
}

/** Keeps chunks up to a limit; beyond it the body waits for another sink, which gets them first. */
class Collector implements BodySink {
  readonly #chunks: Uint8Array[] = [];
  readonly #limitBytes: number;
  readonly #outcome: Outcome;
  #bytes = 0;
  #full = false;
  #ended = false;
  #error: ProxyError | undefined;

  constructor(limitBytes: number, outcome: Outcome) {
    this.#limitBytes = limitBytes;
    this.#outcome = outcome;
  }

  write(chunk: Uint8Array): boolean {
    this.#chunks.push(Uint8Array.from(chunk));
    this.#bytes += chunk.length;
    if (this.#bytes <= this.#limitBytes) return true;
    if (!this.#full) this.#outcome.full();
    this.#full = true;
    return false;
  }

  end(): void {
    this.#ended = true;
    if (!this.#full) this.#outcome.ended(Buffer.concat(this.#chunks));
  }

  abort(error: ProxyError): void {
    this.#error = error;
    if (!this.#full) this.#outcome.broken(error);
  }

  handOver(sink: BodySink, body: Body): void {
    if (this.#error !== undefined) return sink.abort(this.#error);
    const flowing = sink.write(Buffer.concat(this.#chunks));
    if (this.#ended) sink.end();
    else if (flowing) body.resume();
  }
}

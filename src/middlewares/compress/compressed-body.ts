import type { Transform } from 'node:stream';
import { constants, createBrotliCompress, createGzip, createZstdCompress } from 'node:zlib';
import type { Body, BodySink } from '../../model/exchange.ts';
import type { Headers } from '../../model/headers.ts';
import { ProxyError } from '../../model/proxy-error.ts';
import { StreamedBody } from '../../proxy/bodies.ts';
import type { Coding } from './accept-encoding.ts';

/** Level 4 of 11 is where brotli costs what gzip costs. */
const BROTLI = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 4 },
  flush: constants.BROTLI_OPERATION_PROCESS,
};

const COMPRESSORS: Readonly<Record<Coding, () => Transform & { flush(): void }>> = {
  gzip: () => createGzip(),
  br: () => createBrotliCompress(BROTLI),
  zstd: () => createZstdCompress(),
};

/**
 * A body in a content coding. Of a stream every piece is flushed as it comes, so that nothing waits
 * inside.
 */
export class CompressedBody extends StreamedBody implements BodySink {
  readonly length = undefined;
  readonly #source: Body;
  readonly #compressor: Transform & { flush(): void };
  readonly #streaming: boolean;
  #trailers: Headers | undefined;

  constructor(source: Body, coding: Coding) {
    super();
    this.#source = source;
    this.#streaming = source.length === undefined;
    this.#compressor = COMPRESSORS[coding]();
  }

  protected begin(): void {
    this.#compressor.on('data', (chunk: Buffer) => {
      this.delivered += chunk.length;
      if (this.sink?.write(chunk) === false) this.#compressor.pause();
    });
    this.#compressor.on('drain', () => this.#source.resume());
    this.#compressor.on('end', () => this.sink?.end(this.#trailers));
    this.#compressor.on('error', (cause) => {
      const known = cause instanceof ProxyError;
      this.sink?.abort(known ? cause : new ProxyError('internal', 'compression failed', { cause }));
    });
    this.#source.start(this);
  }

  resume(): void {
    this.#compressor.resume();
  }

  cancel(): void {
    this.#source.cancel();
    this.#compressor.destroy();
  }

  /** The compressor works on its own thread, later: it gets a copy. */
  write(chunk: Uint8Array): boolean {
    const more = this.#compressor.write(Buffer.from(chunk));
    if (this.#streaming) this.#compressor.flush();
    return more;
  }

  end(trailers?: Headers): void {
    this.#trailers = trailers;
    this.#compressor.end();
  }

  abort(error: ProxyError): void {
    this.#compressor.destroy(error);
  }
}

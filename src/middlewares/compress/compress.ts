import type { Exchange, ExchangeResponse, ResponseLayer } from '../../model/exchange.ts';
import type { CreateMiddleware } from '../middleware.ts';
import { CODINGS, type Coding, chooseCoding } from './accept-encoding.ts';
import { CompressedBody } from './compressed-body.ts';
import { isMediaType, MediaTypes } from './media-types.ts';
import type { Options } from './options.ts';

/** Compresses responses in the coding the client likes best: gzip, brotli or zstd. */
export const create: CreateMiddleware<Options> = (options) => {
  const compression = new Compression(options);
  return (next) => ({
    handle(exchange) {
      const layer = compression.layerFor(exchange);
      if (layer) exchange.pushLayer(layer);
      next.handle(exchange);
    },
  });
};

/** Below this a packet is a packet, compressed or not. */
const BODY_BYTES_MIN = 1024;

class Compression {
  readonly #offered: readonly Coding[];
  readonly #default: Coding | undefined;
  readonly #layers: Readonly<Record<Coding, ResponseLayer>>;
  readonly #excluded: MediaTypes;
  readonly #included: MediaTypes;
  readonly #bodyBytesMin: number;

  constructor(options: Options) {
    this.#offered = options.encodings.map(knownCoding);
    if (this.#offered.length === 0) throw new Error('encodings is empty: name gzip, br or zstd');
    this.#default = options.defaultEncoding === '' ? undefined : knownCoding(options.defaultEncoding);
    if (this.#default && !this.#offered.includes(this.#default)) {
      throw new Error(`defaultEncoding "${this.#default}" is not one of encodings`);
    }
    if (options.includedContentTypes.length > 0 && options.excludedContentTypes.length > 0) {
      throw new Error('excludedContentTypes and includedContentTypes cannot be used together');
    }
    this.#included = new MediaTypes(options.includedContentTypes);
    // gRPC compresses its messages itself.
    this.#excluded = new MediaTypes(['application/grpc', ...options.excludedContentTypes]);
    this.#bodyBytesMin = options.minResponseBodyBytes || BODY_BYTES_MIN;
    this.#layers = { gzip: this.#layer('gzip'), br: this.#layer('br'), zstd: this.#layer('zstd') };
  }

  /** Undefined when this request is to be answered as it is. */
  layerFor({ request }: Exchange): ResponseLayer | undefined {
    if (request.method === 'HEAD' || request.upgrade !== undefined) return undefined;
    if (this.#excluded.includes(request.headers.get('Content-Type') ?? '')) return undefined;
    const accepted = request.headers.getAll('Accept-Encoding');
    const coding =
      accepted.length === 0
        ? this.#default
        : chooseCoding(accepted.join(','), this.#offered, this.#default ?? this.#offered[0]!);
    return coding && this.#layers[coding];
  }

  #layer(coding: Coding): ResponseLayer {
    return {
      onResponse: (_, response) => {
        addVary(response);
        if (this.#worthIt(response)) compress(response, coding);
        return undefined;
      },
    };
  }

  #worthIt({ status, headers, body, tunnel }: ExchangeResponse): boolean {
    if (tunnel || status === 204 || status === 304 || headers.has('Content-Encoding')) return false;
    if (headers.has('Content-Range')) return false;
    if (body.length !== undefined && body.length < this.#bodyBytesMin) return false;
    return this.#rightType(headers.get('Content-Type'));
  }

  #rightType(type: string | undefined): boolean {
    if (type === undefined || type === '') return this.#included.empty;
    if (!isMediaType(type) || this.#excluded.includes(type)) return false;
    return this.#included.empty || this.#included.includes(type);
  }
}

function knownCoding(name: string): Coding {
  const coding = CODINGS.find((known) => known === name);
  if (!coding)
    throw new Error(`unsupported encoding "${name}": the supported ones are ${CODINGS.join(', ')}`);
  return coding;
}

function compress(response: ExchangeResponse, coding: Coding): void {
  response.headers.set('Content-Encoding', coding);
  if (coding === 'gzip') response.headers.delete('Accept-Ranges');
  response.body = new CompressedBody(response.body, coding);
}

function addVary({ headers }: ExchangeResponse): void {
  const named = headers.getAll('Vary').some((line) => /(?:^|,)\s*accept-encoding\s*(?:,|$)/i.test(line));
  if (!named) headers.append('Vary', 'Accept-Encoding');
}

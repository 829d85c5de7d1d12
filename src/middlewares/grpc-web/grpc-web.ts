import type { Exchange, ExchangeRequest, ExchangeResponse, ResponseLayer } from '../../model/exchange.ts';
import type { CreateMiddleware } from '../middleware.ts';
import { CrossOrigin } from './cross-origin.ts';
import type { Options } from './options.ts';
import { FramedBody } from './framed-body.ts';
import { PlainBody } from './plain-body.ts';

const GRPC = 'application/grpc';
const WEB = 'application/grpc-web';
/** The same in base64, for browsers that cannot read bytes as they come. */
const TEXT = 'application/grpc-web-text';

/**
 * Lets browsers speak to servers of gRPC: what they cannot do, trailers, comes at the end of the body instead. See
 * PROTOCOL-WEB.md of gRPC.
 */
export const create: CreateMiddleware<Options> = ({ allowOrigins }) => {
  const crossOrigin = new CrossOrigin(allowOrigins);
  return (next) => ({
    handle(exchange) {
      if (crossOrigin.answersPreflight(exchange)) return;
      if (isCall(exchange.request)) translate(exchange, crossOrigin);
      next.handle(exchange);
    },
  });
};

function isCall({ method, headers }: ExchangeRequest): boolean {
  return method === 'POST' && headers.get('Content-Type')?.startsWith(WEB) === true;
}

function translate(exchange: Exchange, crossOrigin: CrossOrigin): void {
  const { request } = exchange;
  const written = request.headers.get('Content-Type') ?? WEB;
  const type = written.startsWith(TEXT) ? TEXT : WEB;
  request.headers.set('Content-Type', written.replace(type, GRPC));
  request.headers.set('Te', 'trailers');
  if (type === TEXT) request.body = new PlainBody(request.body);
  exchange.pushLayer(new Answer(type, crossOrigin));
}

/** What the server answers, as browsers can read it. */
class Answer implements ResponseLayer {
  readonly #type: string;
  readonly #crossOrigin: CrossOrigin;

  constructor(type: string, crossOrigin: CrossOrigin) {
    this.#type = type;
    this.#crossOrigin = crossOrigin;
  }

  onResponse(exchange: Exchange, response: ExchangeResponse): undefined {
    const { headers } = response;
    const written = headers.get('Content-Type') ?? '';
    if (written.startsWith(GRPC)) {
      headers.set('Content-Type', written.replace(GRPC, this.#type));
      if (response.body.length !== 0)
        response.body = new FramedBody(response.body, { inText: this.#type === TEXT });
    }
    this.#crossOrigin.allow(exchange, headers);
  }
}

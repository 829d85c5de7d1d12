import type { Body, Exchange, ExchangeResponse, Handler } from '../../model/exchange.ts';
import type { ProxyError } from '../../model/proxy-error.ts';
import { bytesBody, discardSink, emptyBody } from '../../proxy/bodies.ts';
import { goOn } from '../go-on.ts';
import type { CreateMiddleware } from '../middleware.ts';
import { outsideTls } from '../outside-tls.ts';
import { replyStatus } from '../replies.ts';
import { Granted } from './granted.ts';
import type { Options } from './options.ts';
import { QuestionHeaders } from './question-headers.ts';

const TIMEOUT_MS = 30_000;

/**
 * Asks an authority about each request. With a status of success the request goes on, any other answer is the client's.
 * No answer is a refusal.
 */
export const create: CreateMiddleware<Options> = (options, context) => {
  const address = URL.parse(options.address);
  if (!address || !/^https?:$/.test(address.protocol)) {
    throw new Error(
      `address "${options.address}" is not the URL of a server: it begins with http:// or https://`,
    );
  }
  const server = { url: address.origin, tls: outsideTls(options.tls, context), timeoutMs: TIMEOUT_MS };
  const authority = new Authority({ address, handler: context.outside(server), options });
  return (next) => ({
    handle(exchange) {
      authority.ask(exchange, next);
    },
  });
};

interface AuthorityInit {
  readonly address: URL;
  readonly handler: Handler;
  readonly options: Options;
}

class Authority {
  readonly #address: URL;
  readonly #handler: Handler;
  readonly #options: Options;
  readonly #headers: QuestionHeaders;
  readonly #granted: Granted;
  /** Undefined: any. */
  readonly #answerBytesMax: number | undefined;

  constructor({ address, handler, options }: AuthorityInit) {
    this.#address = address;
    this.#handler = handler;
    this.#options = options;
    this.#headers = new QuestionHeaders(options);
    this.#granted = new Granted(options);
    const { maxResponseBodySize = -1 } = options;
    this.#answerBytesMax = maxResponseBodySize < 0 ? undefined : maxResponseBodySize;
  }

  ask(exchange: Exchange, next: Handler): void {
    const { forwardBody, maxBodySize } = this.#options;
    const { request } = exchange;
    if (!forwardBody || request.body.length === 0) return this.#question(exchange, next, emptyBody);
    const bytesMax = maxBodySize < 0 ? Number.MAX_SAFE_INTEGER : maxBodySize;
    request.body.buffer(bytesMax).then(
      (body) =>
        goOn(exchange, () => {
          if (body === 'too-large') return exchange.reply(401, []);
          request.body = body;
          this.#question(exchange, next, bytesBody(body.bytes));
        }),
      (error: ProxyError) => exchange.fail(error),
    );
  }

  #question(exchange: Exchange, next: Handler, body: Body): void {
    const question = exchange.subrequest({
      method: this.#options.preserveRequestMethod ? exchange.request.method : 'GET',
      path: this.#address.pathname,
      query: this.#address.search,
      host: this.#address.host,
      headers: this.#headers.of(exchange),
      body,
      layer: {
        onResponse: (_, answer) => {
          this.#answered(exchange, next, answer);
          return 'taken';
        },
      },
    });
    this.#handler.handle(question);
  }

  #answered(exchange: Exchange, next: Handler, answer: ExchangeResponse): void {
    if (answer.error) return goOn(exchange, () => exchange.reply(500, []));
    const bytesMax = this.#answerBytesMax;
    if (bytesMax === undefined) return goOn(exchange, () => this.#decide(exchange, next, answer));
    answer.body.buffer(bytesMax).then(
      (body) =>
        goOn(exchange, () => {
          if (body === 'too-large') return refuse(exchange, answer);
          answer.body = body;
          this.#decide(exchange, next, answer);
        }),
      () => goOn(exchange, () => exchange.reply(500, [])),
    );
  }

  #decide(exchange: Exchange, next: Handler, answer: ExchangeResponse): void {
    if (answer.status < 200 || answer.status > 299) return this.#relay(exchange, answer);
    answer.body.start(discardSink);
    this.#granted.apply(exchange, answer.headers);
    next.handle(exchange);
  }

  #relay(exchange: Exchange, answer: ExchangeResponse): void {
    const { authSigninURL, preserveLocationHeader } = this.#options;
    if (answer.status === 401 && authSigninURL !== '') {
      answer.body.cancel();
      return replyStatus(exchange, 302, [['Location', authSigninURL]]);
    }
    const location = answer.headers.get('Location');
    if (location && !preserveLocationHeader) {
      answer.headers.set('Location', URL.parse(location, this.#address.href)?.href ?? location);
    }
    exchange.respond(answer);
  }
}

function refuse(exchange: Exchange, answer: ExchangeResponse): void {
  answer.body.cancel();
  exchange.reply(401, []);
}

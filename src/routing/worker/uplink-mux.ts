import type { Exchange } from '../../model/exchange.ts';
import { peerQuestions } from '../../model/peer.ts';
import { ProxyError } from '../../model/proxy-error.ts';
import { revealClient } from './client-behind-parent.ts';
import { EntryPointMux, type Mux, notFound, type Route } from './mux.ts';
import { PLAIN_TEXT } from './router-handler.ts';

const UPLINK = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:;\s*hops=(\d{1,4}))?$/;
const QUESTION = /^\/api\/pairing\/(.*)$/;

export interface UplinkMuxInit {
  /** How many nodes a request may have passed before it is refused with 508. */
  readonly hopsMax: number;
  /** What is not known yet may still come. */
  isDiscovering(): boolean;
}

/**
 * On an uplink entry point the parent names the uplink in a private header, which nobody behind it sees.
 * Requests without it are about the node itself: the list of its uplinks, and pairing.
 */
export class UplinkMux implements Mux {
  readonly #init: UplinkMuxInit;
  readonly #own = new EntryPointMux();
  readonly #uplinks = new Map<string, EntryPointMux>();
  /** What was asked for last, which is likely to be asked for again. */
  #asked: Asked = { text: '', uplink: '', hops: 0 };

  constructor(init: UplinkMuxInit) {
    this.#init = init;
  }

  add(name: string, route: Route): void {
    if (route.record.uplinks.length === 0) this.#own.add(name, route);
    for (const uplink of route.record.uplinks) this.#muxOf(uplink).add(name, route);
  }

  remove(name: string, route: Route): void {
    this.#own.remove(name);
    for (const uplink of route.record.uplinks) this.#removeFrom(uplink, name);
  }

  handle(exchange: Exchange): void {
    const { client, request } = exchange;
    if (request.uplink === undefined) return this.#handleOwn(exchange);
    if (client.tls?.peer?.kind === 'invited') return notFound(exchange);
    if (request.uplink !== this.#asked.text) this.#asked = readAsked(request.uplink);
    const { uplink, hops } = this.#asked;
    request.hops = hops;
    if (hops > this.#init.hopsMax) return exchange.fail(tooManyHops(uplink, hops));
    revealClient(exchange);
    const mux = this.#uplinks.get(uplink);
    if (mux) mux.handle(exchange);
    else if (this.#init.isDiscovering()) notYet(exchange);
    else notFound(exchange);
  }

  #handleOwn(exchange: Exchange): void {
    if (mayAsk(exchange)) this.#own.handle(exchange);
    else notFound(exchange);
  }

  #muxOf(uplink: string): EntryPointMux {
    let mux = this.#uplinks.get(uplink);
    if (!mux) this.#uplinks.set(uplink, (mux = new EntryPointMux()));
    return mux;
  }

  #removeFrom(uplink: string, name: string): void {
    const mux = this.#uplinks.get(uplink);
    mux?.remove(name);
    if (mux?.isEmpty) this.#uplinks.delete(uplink);
  }
}

interface Asked {
  /** What the rest was read from. */
  readonly text: string;
  readonly uplink: string;
  readonly hops: number;
}

function readAsked(text: string): Asked {
  const [, uplink = '', hops = '0'] = UPLINK.exec(text) ?? [];
  return { text, uplink, hops: Number(hops) };
}

/** Whoever is only invited may pair, and nothing else; only peers may speak of pairing at all. */
function mayAsk({ client, request }: Exchange): boolean {
  const peer = client.tls?.peer;
  const [, question] = QUESTION.exec(request.routingPath) ?? [];
  if (question === undefined) return peer?.kind !== 'invited';
  return peer !== undefined && peerQuestions[peer.kind].includes(question);
}

function tooManyHops(uplink: string, hops: number): ProxyError {
  return new ProxyError(
    'too-many-hops',
    `uplink ${uplink} was reached over ${hops} nodes: they lead to each other`,
  );
}

function notYet(exchange: Exchange): void {
  exchange.reply(503, [...PLAIN_TEXT, ['Retry-After', '1']], '503 still discovering\n');
}

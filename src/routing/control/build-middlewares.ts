import type { HttpMiddleware } from '../schema/middlewares.ts';
import { qualify } from '../qualified-name.ts';
import type { Element, Elements } from './merge.ts';
import type { Trial } from './trial.ts';

/** Qualified names, outermost first, chains resolved; or why it cannot be. */
export type Expansion = { readonly names: readonly string[] } | { readonly error: string };

export interface MiddlewareBuildInit {
  readonly elements: Elements<HttpMiddleware>;
  readonly trial: Trial;
  /** Why a service, by qualified name, cannot be used. */
  readonly service: (name: string) => string | undefined;
  /** What workers have said about it. */
  readonly failure: (name: string) => string | undefined;
}

interface Scope {
  /** Of whoever names the middlewares. */
  readonly provider: string;
  /** The chains around. */
  readonly chains?: readonly string[];
}

const none: Expansion = { names: [] };

/** Resolves lists of middlewares in one build, and keeps what is wrong with those that were asked for. */
export class MiddlewareBuild {
  /** By qualified name. */
  readonly errors = new Map<string, string>();
  /** What workers need. */
  readonly used = new Map<string, Element<HttpMiddleware>>();
  /** Chains that were asked for; the API shows their members qualified. */
  readonly chains = new Set<string>();
  readonly #init: MiddlewareBuildInit;

  constructor(init: MiddlewareBuildInit) {
    this.#init = init;
  }

  /** As Traefik does it: from the innermost outwards, up to the first that is wrong. */
  expand(names: readonly string[], scope: Scope): Expansion {
    if (names.length === 0) return none;
    const parts: (readonly string[])[] = [];
    for (const name of names.toReversed()) {
      const part = this.#one(qualify(name, scope.provider), scope.chains ?? []);
      if ('error' in part) return part;
      parts.unshift(part.names);
    }
    return { names: parts.flat() };
  }

  #one(name: string, chains: readonly string[]): Expansion {
    const element = this.#init.elements.get(name);
    if (!element) return { error: `the middleware "${name}" does not exist` };
    if (chains.includes(name)) {
      return this.#fail(name, `the middleware "${name}" contains itself: ${[...chains, name].join(' -> ')}`);
    }
    const { error, members, services } = this.#init.trial.try(element);
    const failure = error ?? this.#init.failure(name);
    if (failure !== undefined) return this.#fail(name, failure);
    return members ? this.#chain(element, members, chains) : this.#single(element, services);
  }

  #chain(element: Element<unknown>, members: readonly string[], chains: readonly string[]): Expansion {
    const { name, provider } = element;
    this.chains.add(name);
    const inner = this.expand(members, { provider, chains: [...chains, name] });
    return 'error' in inner ? this.#fail(name, inner.error) : inner;
  }

  #single(element: Element<HttpMiddleware>, services: readonly string[]): Expansion {
    for (const service of services) {
      const error = this.#init.service(service);
      if (error !== undefined) return this.#fail(element.name, error);
    }
    this.used.set(element.name, element);
    return { names: [element.name] };
  }

  #fail(name: string, error: string): Expansion {
    this.errors.set(name, error);
    return { error };
  }
}

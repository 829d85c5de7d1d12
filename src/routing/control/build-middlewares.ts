import type { WireRecord } from '../../model/wire.ts';
import { qualify } from '../qualified-name.ts';
import type { HttpMiddleware } from '../schema/middlewares.ts';
import type { CellLeases } from './cell-leases.ts';
import type { Memo } from './memo.ts';
import type { Element, Elements } from './merge.ts';
import { OwnCells } from './own-cells.ts';
import { type BuildSurroundings, recordingMemo } from './recording-memo.ts';
import { contentHash, makeRecord } from './records.ts';
import type { Trial, TriedMiddleware } from './trial.ts';

/** Qualified names, outermost first, chains resolved; or why it cannot be. */
export type Expansion = { readonly names: readonly string[] } | { readonly error: string };

export interface MiddlewareOutcome {
  readonly expansion: Expansion;
  /** Of the middleware itself; there is none where it does not exist. */
  readonly error: string | undefined;
  /** Why it goes on with what its files held before. */
  readonly refusal: string | undefined;
  readonly isChain: boolean;
  readonly record: Extract<WireRecord, { kind: 'middleware' }> | undefined;
  /** Of its cell, if it has one: who it is and what it does. */
  readonly cellIdentities: readonly string[];
}

export interface MiddlewareBuildInit {
  readonly elements: Elements<HttpMiddleware>;
  readonly trial: Trial;
  readonly cells: CellLeases;
  /** Why a service, by qualified name, cannot be used. */
  readonly service: (name: string) => string | undefined;
  /** What workers have said about it. */
  readonly failure: (name: string) => string | undefined;
}

const none: Expansion = { names: [] };

/** Resolves lists of middlewares for those who name them. */
export class MiddlewareBuild {
  readonly #init: MiddlewareBuildInit;
  readonly #memo: Memo<MiddlewareOutcome>;
  /** Those built from files, as they were. */
  readonly #reading = new Map<string, TriedMiddleware>();

  constructor(init: MiddlewareBuildInit, surroundings: BuildSurroundings) {
    this.#init = init;
    this.#memo = recordingMemo(surroundings, { cells: init.cells, isNotable: isRemarkable });
  }

  /** Of those that somebody has asked for. */
  get outcomes(): ReadonlyMap<string, MiddlewareOutcome> {
    return this.#memo.values;
  }

  /** Those with which something is wrong. */
  get notable(): ReadonlyMap<string, MiddlewareOutcome> {
    return this.#memo.notable;
  }

  /** As Traefik does it: from the innermost outwards, up to the first that is wrong. */
  expand(names: readonly string[], provider: string): Expansion {
    if (names.length === 0) return none;
    const parts: (readonly string[])[] = [];
    for (const name of names.toReversed()) {
      const part = this.#one(qualify(name, provider)).expansion;
      if ('error' in part) return part;
      parts.unshift(part.names);
    }
    return { names: parts.flat() };
  }

  forget(name: string): void {
    this.#memo.forget(name);
  }

  /** Forgets those whose files hold something else now. */
  refresh(): void {
    for (const [name, tried] of this.#reading) {
      const element = this.#init.elements.get(name);
      if (element && this.#memo.values.has(name) && this.#init.trial.try(element) === tried) continue;
      this.#reading.delete(name);
      this.#memo.forget(name);
    }
  }

  #one(name: string): MiddlewareOutcome {
    return this.#memo.get(
      name,
      () => this.#build(name),
      (ring) => wrong(`the middleware "${name}" contains itself: ${ring.join(' -> ')}`),
    );
  }

  #build(name: string): MiddlewareOutcome {
    const element = this.#init.elements.get(name);
    if (!element) return { ...wrong(`the middleware "${name}" does not exist`), error: undefined };
    const tried = this.#init.trial.try(element);
    if (tried.seen.size > 0) this.#reading.set(name, tried);
    const fault = tried.error ?? this.#init.failure(name);
    if (fault !== undefined) return wrong(fault);
    return tried.members ? this.#chain(element, tried.members) : this.#single(element, tried);
  }

  #chain({ provider }: Element<unknown>, members: readonly string[]): MiddlewareOutcome {
    const expansion = this.expand(members, provider);
    const error = 'error' in expansion ? expansion.error : undefined;
    return { ...nothing, expansion, error, isChain: true };
  }

  #single(
    { name, provider }: Element<unknown>,
    { type, options, services, cellWords, seen, refusal }: TriedMiddleware,
  ): MiddlewareOutcome {
    for (const service of services) {
      const error = this.#init.service(service);
      if (error !== undefined) return wrong(error);
    }
    const cells = new OwnCells(this.#init.cells);
    const identity = `middleware ${name} ${contentHash({ type, options })}`;
    const cell = cellWords === 0 ? undefined : cells.lease(identity, cellWords);
    const record = makeRecord('middleware', name, { type, options, provider, files: textsOf(seen), cell });
    const { identities: cellIdentities } = cells;
    const expansion = { names: [name] };
    return { expansion, error: undefined, refusal, isChain: false, record, cellIdentities };
  }
}

function textsOf(seen: TriedMiddleware['seen']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...seen].flatMap(([path, contents]) => ('text' in contents ? [[path, contents.text]] : [])),
  );
}

const nothing = { refusal: undefined, isChain: false, record: undefined, cellIdentities: [] };

const isRemarkable = ({ error, refusal }: MiddlewareOutcome): boolean => (error ?? refusal) !== undefined;

const wrong = (error: string): MiddlewareOutcome => ({ ...nothing, expansion: { error }, error });

import { sharedCountWords } from '../../balancing/shared-counts.ts';
import type { WireRecord } from '../../model/wire.ts';
import { parseAddressRange } from '../../support/address-range.ts';
import type { TcpMiddleware } from '../schema/tcp-section.ts';
import type { CellLeases } from './cell-leases.ts';
import type { Memo } from './memo.ts';
import type { Element, Elements } from './merge.ts';
import { OwnCells } from './own-cells.ts';
import { type BuildSurroundings, recordingMemo } from './recording-memo.ts';
import { makeRecord } from './records.ts';

export interface TcpMiddlewareOutcome {
  readonly error: string | undefined;
  readonly record: WireRecord | undefined;
  readonly cellIdentities: readonly string[];
}

export interface TcpMiddlewaresInit {
  readonly elements: Elements<TcpMiddleware>;
  readonly cells: CellLeases;
  /** What workers have said about one. */
  readonly failure: (name: string) => string | undefined;
}

/** The TCP middlewares that routers ask for. */
export class TcpMiddlewares {
  readonly #init: TcpMiddlewaresInit;
  readonly #memo: Memo<TcpMiddlewareOutcome>;

  constructor(init: TcpMiddlewaresInit, surroundings: BuildSurroundings) {
    this.#init = init;
    this.#memo = recordingMemo(surroundings, { cells: init.cells });
  }

  /** Of those that somebody has asked for. */
  get outcomes(): ReadonlyMap<string, TcpMiddlewareOutcome> {
    return this.#memo.values;
  }

  /** Why it cannot be used, or undefined. */
  build(name: string): string | undefined {
    return this.#memo.get(name, () => this.#build(name)).error;
  }

  forget(name: string): void {
    this.#memo.forget(name);
  }

  #build(name: string): TcpMiddlewareOutcome {
    const element = this.#init.elements.get(name);
    if (!element) return wrong(`the middleware "${name}" does not exist`);
    const fault = faultOf(element.value) ?? this.#init.failure(name);
    if (fault !== undefined) return wrong(fault);
    return this.#sound(element);
  }

  #sound({ name, value }: Element<TcpMiddleware>): TcpMiddlewareOutcome {
    const { inFlightConn, ipAllowList, ipWhiteList } = value;
    const cells = new OwnCells(this.#init.cells);
    const record = inFlightConn
      ? makeRecord('tcpMiddleware', name, {
          type: 'inFlightConn',
          amount: inFlightConn.amount,
          // Whatever the amount: connections go on being counted when it changes.
          cell: cells.lease(`tcpMiddleware ${name}`, sharedCountWords),
        })
      : makeRecord('tcpMiddleware', name, {
          type: 'ipAllowList',
          sourceRange: (ipAllowList ?? ipWhiteList)?.sourceRange ?? [],
        });
    return { error: undefined, record, cellIdentities: cells.identities };
  }
}

const wrong = (error: string): TcpMiddlewareOutcome => ({ error, record: undefined, cellIdentities: [] });

function faultOf({ inFlightConn, ipAllowList, ipWhiteList }: TcpMiddleware): string | undefined {
  const given = [inFlightConn, ipAllowList, ipWhiteList].filter((kind) => kind !== undefined);
  if (given.length !== 1) return 'a middleware has exactly one kind';
  const { sourceRange } = ipAllowList ?? ipWhiteList ?? {};
  if (sourceRange?.length === 0) return 'sourceRange is empty';
  const wrongRange = sourceRange?.find((written) => parseAddressRange(written) === undefined);
  return wrongRange === undefined
    ? undefined
    : `"${wrongRange}" in sourceRange is neither an address nor a range`;
}

import type { WireRecord } from '../../model/wire.ts';
import type { TcpRouter } from '../schema/tcp-section.ts';
import { type JudgedTcpRouter, judgeTcpRouter, type TcpRouterSurroundings } from './judge-tcp-router.ts';
import { Memo } from './memo.ts';
import type { Element, Elements } from './merge.ts';
import type { BuildSurroundings } from './recording-memo.ts';
import { makeRecord } from './records.ts';
import type { RuntimeStreamRouter } from './runtime-configuration.ts';

export interface TcpRoutersInit extends TcpRouterSurroundings {
  readonly elements: Elements<TcpRouter>;
  /** Place of a provider; lower goes first. */
  readonly precedenceOf: (provider: string) => number;
}

interface Outcome {
  readonly element: Element<TcpRouter>;
  readonly runtime: RuntimeStreamRouter<TcpRouter>;
  readonly records: readonly WireRecord[];
}

/** TCP routers, each judged again only when something that went into it has changed. */
export class TcpRouters {
  readonly #init: TcpRoutersInit;
  readonly #memo: Memo<Outcome>;

  constructor(init: TcpRoutersInit, { tracker, records }: BuildSurroundings) {
    this.#init = init;
    this.#memo = new Memo({
      tracker,
      onMade: (outcome) => outcome.records.forEach((record) => records.add(record)),
      onForgotten: (outcome) => outcome.records.forEach((record) => records.remove(record)),
    });
  }

  /** All there are, and no others. */
  buildAll(): RuntimeStreamRouter<TcpRouter>[] {
    const { elements } = this.#init;
    return [...elements].map(([name, element]) => this.#memo.get(name, () => this.#build(element)).runtime);
  }

  forget(name: string): void {
    this.#memo.forget(name);
  }

  /** Those whose connections end in TLS, or would. */
  forgetSecured(): void {
    for (const [name, { element }] of this.#memo.values) if (element.value.tls) this.#memo.forget(name);
  }

  #build(element: Element<TcpRouter>): Outcome {
    const { runtime, value } = judgeTcpRouter(element, this.#init);
    return { element, runtime, records: value ? this.#records(runtime, value) : [] };
  }

  #records({ name, provider, using }: Outcome['runtime'], value: NonNullable<JudgedTcpRouter['value']>) {
    const precedence = this.#init.precedenceOf(provider);
    return using.map((entryPoint) =>
      makeRecord('tcpRouter', `${name} ${entryPoint}`, { ...value, entryPoint, precedence }),
    );
  }
}

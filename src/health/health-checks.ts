import { HealthFlags } from '../balancing/health-flags.ts';
import type { Problem } from '../model/problem.ts';
import type { CellRef } from '../model/wire.ts';
import type { Logger } from '../observability/logger.ts';
import type { CheckedServer, CheckedService } from './checked-service.ts';
import { createProbe, type Probe } from './probe.ts';
import { type Place, ServerCheck } from './server-check.ts';

export interface HealthChecksInit {
  readonly cells: { view(cell: CellRef): Int32Array };
  readonly log: Pick<Logger, 'info'>;
  /** All that is wrong now, whenever that may have changed. */
  onProblems(problems: readonly Problem[]): void;
  /** Servers have gone down, or come up. */
  onChange(): void;
  random(): number;
}

/** Servers that go down together are told of together: each telling looks at all that are down. */
const gatherMs = 100;

/** A server that is being checked, and for whom. */
interface Watched {
  readonly service: CheckedService;
  readonly server: CheckedServer;
  readonly check: ServerCheck;
}

/**
 * Checks servers, from one place for all workers: what comes out stands in shared memory, where balancers look.
 * A server goes on being checked, and down if it is, for as long as the same is asked of it.
 */
export class HealthChecks implements Disposable {
  readonly #init: HealthChecksInit;
  readonly #watched = new Map<string, Watched>();
  readonly #down = new Set<string>();
  #telling: NodeJS.Timeout | undefined;

  constructor(init: HealthChecksInit) {
    this.#init = init;
  }

  /** From now on these and no others. */
  update(services: Iterable<CheckedService>): void {
    const places = new Map<string, Place[]>();
    for (const service of services) this.#take(service, places);
    for (const [key, { check }] of this.#watched) {
      const own = places.get(key);
      if (own) check.move(own);
      else this.#forget(key, check);
    }
    this.#tell();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#telling);
    for (const [key, { check }] of this.#watched) this.#forget(key, check);
  }

  #take(service: CheckedService, places: Map<string, Place[]>): void {
    const flags = new HealthFlags(this.#init.cells.view(service.flags));
    for (const [index, server] of service.servers.entries()) {
      const key = `${service.element} ${server.name} ${server.identity}`;
      const known = places.get(key);
      if (known) known.push({ flags, index });
      else places.set(key, [{ flags, index }]);
      const check = this.#checkOf(key, server);
      this.#watched.set(key, { service, server, check });
    }
  }

  /** It may be asked with other certificates than before. */
  #checkOf(key: string, server: CheckedServer): ServerCheck {
    const known = this.#watched.get(key);
    if (!known) return this.#begin(key, server);
    if (known.server.question !== server.question) known.check.ask(probeFor(server.question));
    return known.check;
  }

  #begin(key: string, { question }: CheckedServer): ServerCheck {
    const { random } = this.#init;
    return new ServerCheck({
      probe: probeFor(question),
      pace: question,
      random,
      onTurn: (check) => this.#turned(key, check),
    });
  }

  #forget(key: string, check: ServerCheck): void {
    check[Symbol.dispose]();
    this.#watched.delete(key);
    this.#down.delete(key);
  }

  #turned(key: string, { fault }: ServerCheck): void {
    if (fault !== undefined) this.#down.add(key);
    else if (this.#down.delete(key)) this.#welcome(this.#watched.get(key)!);
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      this.#tell();
      this.#init.onChange();
    }, gatherMs).unref();
  }

  #welcome({ service, server }: Watched): void {
    this.#init.log.info(`The server ${server.name} of the ${service.element} is up again.`);
  }

  #tell(): void {
    this.#init.onProblems([...this.#down].flatMap((key) => problemOf(this.#watched.get(key)!)));
  }
}

/** What cannot be asked is not well. */
function probeFor(question: CheckedServer['question']): Probe {
  try {
    return createProbe(question);
  } catch (error) {
    return () => Promise.reject(error as Error);
  }
}

function problemOf({ service, server, check }: Watched): Problem[] {
  if (check.fault === undefined) return [];
  const text = `The server ${server.name} of the ${service.element} is down: ${check.fault.replace(/\.$/, '')}.`;
  return [{ code: 'server-down', severity: 'warning', source: service.source, text }];
}

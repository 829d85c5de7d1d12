/** Routes from the labels of containers. */
import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { Problem } from '../../model/problem.ts';
import type { Logger } from '../../observability/logger.ts';
import { emptyConfiguration } from '../../routing/schema/dynamic-configuration.ts';
import { Backoff } from '../../support/backoff.ts';
import { type Clock, systemClock } from '../../support/clock.ts';
import type { Deliver, Provider, Snapshot } from '../provider.ts';
import { findHostAddress } from './address/host-address.ts';
import type { Container } from './container.ts';
import { ContainerTranslator } from './container-translator.ts';
import { DefaultRuleError } from './default-rule.ts';
import { resolveEndpoint } from './engine/endpoint.ts';
import { Engine } from './engine/engine.ts';
import { engineProblem } from './engine/engine-problem.ts';
import { EngineWatch, SilentStreamError } from './engine/engine-watch.ts';
import { LimitedLog } from './limited-log.ts';
import type { dockerProviderOptions } from './options.ts';
import { findOwnContainer } from './own-container.ts';

export interface DockerProviderSettings {
  readonly options: z.output<typeof dockerProviderOptions>;
  readonly logger: Logger;
  /** `DOCKER_HOST` and its companions. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly userAgent: string;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** How often the list is compared although no event came. */
  readonly reconcileMs?: number;
}

/** Often enough to be back within five seconds, wherever the engine went. */
const retry = { firstMs: 250, capMs: 4_000 };
const burstMs = 10;
/** For one question; httpClientTimeout says otherwise, but never that it may take for ever. */
const defaultTimeoutMs = 10_000;
const sameComplaintEveryMs = 60_000;

export class DockerProvider implements Provider {
  readonly name = 'docker';
  readonly #settings: DockerProviderSettings;
  readonly #clock: Clock;
  readonly #complaints: LimitedLog;
  readonly #stop = new AbortController();
  #watching: Promise<void> = Promise.resolve();
  #deliver: Deliver = () => {};
  #translator: ContainerTranslator | undefined;
  #address = '';
  #hostAddress = '127.0.0.1';
  readonly #ownContainer = findOwnContainer();
  #containers: readonly Container[] | undefined;
  #failures = 0;
  #problem: Problem | undefined;
  #delivered: Snapshot | undefined;

  constructor(settings: DockerProviderSettings) {
    this.#settings = settings;
    this.#clock = settings.clock ?? systemClock;
    const log = settings.logger;
    this.#complaints = new LimitedLog({ log, clock: this.#clock, everyMs: sameComplaintEveryMs });
  }

  async start(deliver: Deliver): Promise<void> {
    this.#deliver = deliver;
    try {
      this.#translator = new ContainerTranslator(this.#settings.options);
    } catch (error) {
      if (!(error instanceof DefaultRuleError)) throw error;
      deliver(nothingBut(wrongDefaultRule(error)));
      return;
    }
    this.#watching = this.#watch().run(this.#stop.signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#watching;
  }

  #watch(): EngineWatch {
    const { options, random = Math.random, reconcileMs = 25_000 } = this.#settings;
    return new EngineWatch({
      dial: (signal) => this.#dial(signal),
      known: (containers) => this.#known(containers),
      lost: (error) => this.#lost(error),
      skipped: (id, error) =>
        this.#complaints.warn('a container cannot be inspected', { container: id, error: String(error) }),
      backoff: new Backoff({ ...retry, random }),
      clock: this.#clock,
      burstMs,
      reconcileMs,
      follow: options.watch,
    });
  }

  async #dial(signal: AbortSignal): Promise<Engine> {
    const { options, environment, userAgent } = this.#settings;
    const limit = options.httpClientTimeout > 0 ? options.httpClientTimeout : defaultTimeoutMs;
    const endpoint = resolveEndpoint(options, environment);
    this.#address = endpoint.address;
    const engine = await Engine.dial({ endpoint, userAgent, timeoutMs: limit }, signal);
    this.#hostAddress = await findHostAddress();
    return engine;
  }

  #known(containers: readonly Container[]): void {
    if (this.#problem)
      this.#settings.logger.info('The engine answers again.', { containers: containers.length });
    const news = containers !== this.#containers || this.#problem !== undefined;
    this.#failures = 0;
    this.#problem = undefined;
    this.#containers = containers;
    if (news) this.#publish();
  }

  /** A stream that breaks and can be opened again is not worth a word; an engine that does not answer is. */
  #lost(error: unknown): void {
    this.#failures += 1;
    const first = this.#failures === 1 && this.#containers !== undefined;
    if (first || error instanceof SilentStreamError) {
      this.#settings.logger.debug('the engine is asked anew', { reason: String(error) });
      return;
    }
    const problem = engineProblem(error, this.#address);
    this.#complaints.warn(problem.text, { attempts: this.#failures, remedy: problem.remedy });
    this.#problem = problem;
    this.#publish();
  }

  #publish(): void {
    const snapshot = this.#snapshot();
    const { configuration, problems } = this.#delivered ?? {};
    if (configuration === snapshot.configuration && isDeepStrictEqual(problems, snapshot.problems)) return;
    this.#delivered = snapshot;
    this.#deliver(snapshot);
  }

  #snapshot(): Snapshot {
    const around = { hostAddress: this.#hostAddress, ownContainer: this.#ownContainer };
    const known = this.#containers && this.#translator?.snapshot(this.#containers, around);
    if (!known) return { ...nothingBut(this.#problem), isPreliminary: true };
    return this.#problem ? { ...known, problems: [this.#problem, ...known.problems] } : known;
  }
}

const nothing = emptyConfiguration();

function nothingBut(problem: Problem | undefined): Snapshot {
  const problems = problem ? [problem] : [];
  return { provider: 'docker', configuration: nothing, problems, origins: new Map() };
}

function wrongDefaultRule(error: DefaultRuleError): Problem {
  return {
    code: 'default-rule-wrong',
    severity: 'error',
    source: { provider: 'docker' },
    text: `providers.docker.defaultRule is no template, so no container is looked at: ${error.message}`,
    remedy: 'Write a Go template such as Host(`{{ normalize .Name }}.example.com`).',
  };
}

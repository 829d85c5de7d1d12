/**
 * The four questions asked of a Docker Engine, over dockerode: version, events, list, inspect. All of
 * them only read.
 */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import Docker from 'dockerode';
import { z } from 'zod';
import { type Container, readContainer } from '../container.ts';
import { negotiateVersion, versionAnswer } from './api-version.ts';
import { ask, readJson } from './ask.ts';
import type { Endpoint } from './endpoint.ts';
import type { Connection } from './engine-watch.ts';
import { type EngineEvent, eventFilters, readEvents } from './event-stream.ts';
import { sshAgent } from './ssh-agent.ts';
import { type Summary, summaryAnswer } from './summary.ts';

export interface EngineSettings {
  readonly endpoint: Endpoint;
  readonly userAgent: string;
  /** For one question; the event stream is open without limit. */
  readonly timeoutMs: number;
}

/** What is longer comes from no engine: a list line is about 2 KiB, an inspection about 10 KiB. */
const bytesMax = { version: 64 * 1024, list: 64 * 1024 * 1024, inspection: 4 * 1024 * 1024 };

/** The version goes before each path; dockerode's types do not know that it may change. */
type VersionedDocker = Docker & { modem: { version?: string } };

export class Engine implements Connection {
  readonly #docker: VersionedDocker;
  readonly #agent: HttpAgent;
  readonly #timeoutMs: number;
  /** The engine's clock when it was first asked, in seconds: events are asked for from then on. */
  readonly #since: number | undefined;

  /** Connects and agrees on an API version. */
  static async dial(settings: EngineSettings, signal: AbortSignal): Promise<Engine> {
    const agent = agentFor(settings.endpoint);
    const docker: VersionedDocker = new Docker(modemOptions(settings, agent));
    const limited = AbortSignal.any([signal, AbortSignal.timeout(settings.timeoutMs)]);
    try {
      const { version, date } = await askVersion(docker, limited);
      const agreed = settings.endpoint.apiVersion ?? negotiateVersion(version);
      docker.modem.version = apiRoot(settings.endpoint, `v${agreed}`);
      return new Engine(docker, agent, settings.timeoutMs, date);
    } catch (error) {
      agent.destroy();
      throw error;
    }
  }

  private constructor(
    docker: VersionedDocker,
    agent: HttpAgent,
    timeoutMs: number,
    since: number | undefined,
  ) {
    this.#docker = docker;
    this.#agent = agent;
    this.#timeoutMs = timeoutMs;
    this.#since = since;
  }

  /**
   * Resolves when the engine has begun to answer. Engines answer a moment before they subscribe, so the events
   * since the greeting are asked for as well: whoever lists afterwards has missed nothing.
   */
  async events(signal: AbortSignal): Promise<AsyncGenerator<EngineEvent[]>> {
    const dialling = new AbortController();
    const timer = setTimeout(() => dialling.abort(), this.#timeoutMs);
    const limited = AbortSignal.any([signal, dialling.signal]);
    try {
      const query = { filters: eventFilters, since: this.#since };
      const stream = await ask(this.#docker, { path: '/events', query, signal: limited });
      stream.socket.setKeepAlive?.(true, this.#timeoutMs);
      return readEvents(stream);
    } finally {
      clearTimeout(timer);
    }
  }

  async list(signal: AbortSignal): Promise<Summary[]> {
    const question = { path: '/containers/json', query: { all: true }, signal: this.#limited(signal) };
    return summaryAnswer.parse(await readJson(await ask(this.#docker, question), bytesMax.list));
  }

  /** Undefined when there is no such container (any more). */
  async inspect(id: string, signal: AbortSignal): Promise<Container | undefined> {
    const path = `/containers/${encodeURIComponent(id)}/json`;
    try {
      const answer = await ask(this.#docker, { path, signal: this.#limited(signal) });
      return readContainer(await readJson(answer, bytesMax.inspection));
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #limited(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, AbortSignal.timeout(this.#timeoutMs)]);
  }
}

/** The status the engine answered with; undefined when it did not answer at all. */
export function statusOf(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}

function agentFor(endpoint: Endpoint): HttpAgent {
  if (endpoint.transport === 'ssh') return sshAgent(endpoint);
  if (endpoint.transport === 'https') return new HttpsAgent({ ...endpoint.tls, keepAlive: true });
  return new HttpAgent({ keepAlive: true });
}

/**
 * Every option is said, also when it is undefined: what is left out dockerode takes from variables by its
 * own rules.
 */
function modemOptions({ endpoint, userAgent }: EngineSettings, agent: HttpAgent): Docker.DockerOptions {
  const local = endpoint.transport === 'unix';
  const headers = { 'User-Agent': userAgent, ...authorization(endpoint) };
  return {
    socketPath: local ? endpoint.host : undefined,
    host: local ? undefined : endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host,
    port: endpoint.port,
    protocol: endpoint.transport === 'https' ? 'https' : 'http',
    version: apiRoot(endpoint, ''),
    headers,
    agent,
    timeout: undefined,
    ca: undefined,
    cert: undefined,
    key: undefined,
  } as Docker.DockerOptions;
}

/** What dockerode puts between the first slash and a question's path. */
function apiRoot({ pathPrefix }: Endpoint, version: string): string {
  return [pathPrefix.slice(1), version].filter(Boolean).join('/');
}

function authorization({ authorization }: Endpoint): Record<string, string> {
  return authorization ? { Authorization: authorization } : {};
}

interface Greeting {
  readonly version: z.output<typeof versionAnswer>;
  readonly date: number | undefined;
}

async function askVersion(docker: Docker, signal: AbortSignal): Promise<Greeting> {
  const answer = await ask(docker, { path: '/version', signal });
  const date = Date.parse(answer.headers.date ?? '');
  return {
    version: versionAnswer.parse(await readJson(answer, bytesMax.version)),
    date: Number.isNaN(date) ? undefined : Math.floor(date / 1000),
  };
}

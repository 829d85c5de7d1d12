import type { SharedCounts } from '../balancing/shared-counts.ts';
import type { Handler, Middleware } from '../model/exchange.ts';

/** What a middleware may know of its surroundings when it is built. */
export interface MiddlewareContext {
  /** Qualified name, for messages: `auth@docker`. */
  readonly name: string;
  /**
   * The handler of a service by the name used in the options; unqualified names belong to the
   * middleware's provider.
   */
  service(name: string): Handler;
  /**
   * Sends exchanges to a server that belongs to no service, under its own name. Their path is the whole path, and they
   * append nothing to X-Forwarded-For.
   */
  outside(server: OutsideServer): Handler;
  /**
   * What a file holds; when that changes, the middleware is built again. Throws an `Error` that names the file which
   * cannot be read.
   */
  file(path: string): string;
  /**
   * So many words of memory that all workers share, zero at first (see `balancing/shared-cells.ts`). They are the
   * middleware's for as long as its options stay; ask once.
   */
  cell(words: number): Int32Array;
  /** Counts over all workers, in such memory: a middleware asks for either. */
  counts(): SharedCounts;
  /** Milliseconds of a clock that never goes back, the same for all workers. */
  now(): number;
  /** At least 0, less than 1. */
  random(): number;
}

/** A server that only a middleware asks. */
export interface OutsideServer {
  /** `http://host:port` or `https://…`; a path in it means nothing. */
  readonly url: string;
  readonly tls: OutsideTls;
  /** For the connection, and once more for the head of the response. */
  readonly timeoutMs: number;
}

/** PEM; empty: the system's authorities, no certificate. */
export interface OutsideTls {
  readonly authorities: string;
  readonly certificate: string;
  readonly key: string;
  readonly insecureSkipVerify: boolean;
}

/**
 * Applies options, output of the middleware's schema, once per configuration; throws an `Error` that says
 * what is wrong.
 */
export type CreateMiddleware<Options> = (options: Options, context: MiddlewareContext) => Middleware;

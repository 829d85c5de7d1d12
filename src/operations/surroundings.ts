import type { RuntimeConfiguration } from '../routing/control/runtime-configuration.ts';
import type { Pairing } from '../pairing/pairing.ts';
import type { ProblemBook } from './problem-book.ts';

/** The running node, as operations see it. */
export interface Surroundings {
  /** What runs now. Undefined before anything does. */
  runtime(): RuntimeConfiguration | undefined;
  /** Not every provider has had its say yet: what is missing may still come. */
  isDiscovering(): boolean;
  /** Calls after each change of what runs; returns what ends that. */
  onChange(listener: () => void): () => void;
  /** Resolves when everything said so far is served. */
  settle(): Promise<void>;
  /** Counts what has been served, from 1 on. */
  generation(): number;
  readonly problems: ProblemBook;
  /** Undefined where it is not switched on. */
  readonly pairing: Pairing | undefined;
  /** `host:port` of the uplink entry points, as others may reach them. */
  uplinkAddresses(): readonly string[];
  readonly version: string;
  readonly startedAt: Date;
  /** Stable over restarts; `boot` is another one after each. */
  readonly node: string;
  readonly boot: string;
  /** As the API shows them, by name. */
  readonly entryPoints: Readonly<Record<string, object>>;
  /** As the API shows them: `Docker`, `File`. */
  readonly providers: readonly string[];
  readonly features: Features;
}

/** Parts that are switched on; empty when they are not. */
export interface Features {
  readonly tracing: string;
  readonly metrics: string;
  readonly accessLog: boolean;
}

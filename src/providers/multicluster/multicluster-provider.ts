import type { Counters } from '../../observability/metrics/counters.ts';
import type { Pairing } from '../../pairing/pairing.ts';
import { type Clock, systemClock } from '../../support/clock.ts';
import type { WatchedFiles } from '../../tls/watched-files.ts';
import type { Deliver, Provider } from '../provider.ts';
import { SnapshotBuilder } from './build-snapshot.ts';
import { Child } from './child.ts';
import { type Meeting, meetingByFiles, meetingByPairing, meetingBySecret } from './child-meeting.ts';
import type { MulticlusterOptions } from './options.ts';

export interface MulticlusterInit {
  readonly options: MulticlusterOptions;
  /** The stable id of this node, as children would see it. */
  readonly node: string;
  readonly files: WatchedFiles;
  /** Children come from there as well, and certificates for those that the secret pairs. */
  readonly pairing?: Pick<Pairing, 'children' | 'expects' | 'doubt' | 'renewSoon' | 'onChange'>;
  readonly counters?: Pick<Counters, 'count'>;
  readonly clock?: Clock;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** From 0 up to 1. */
  readonly random?: () => number;
}

/** So long the first snapshot waits for children that have not answered. */
const firstSnapshotMs = 1_000;
/** How often time alone may turn a certificate into a problem. */
const expiryLookMs = 6 * 3_600_000;

interface Followed {
  readonly child: Child;
  readonly stop: AbortController;
}

/** Services from what other nodes advertise. Each child is heard on its own; none waits for another. */
export class MulticlusterProvider implements Provider {
  readonly name = 'multicluster';
  readonly #init: MulticlusterInit;
  readonly #builder: SnapshotBuilder;
  readonly #clock: Clock;
  /** Those of the configuration first: an older child keeps a name that two could have. */
  readonly #followed = new Map<string, Followed>();
  readonly #loops = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  #deliver: Deliver | undefined;
  readonly #ends: (() => void)[] = [];

  constructor(init: MulticlusterInit) {
    const { options, node, clock = systemClock, now = Date.now } = init;
    this.#init = init;
    this.#builder = new SnapshotBuilder({ options, node, now });
    this.#clock = clock;
  }

  async start(deliver: Deliver): Promise<void> {
    const { files, pairing } = this.#init;
    const meet = () => this.#meet();
    const timer = setInterval(() => this.#changed(), expiryLookMs).unref();
    this.#ends.push(files.onChange(meet), () => clearInterval(timer));
    if (pairing) this.#ends.push(pairing.onChange(meet));
    this.#meet();
    this.#run(this.#begin(deliver));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#ends) end();
    this.#stop.abort();
    for (const { stop } of this.#followed.values()) stop.abort();
    await Promise.all(this.#loops);
  }

  async #begin(deliver: Deliver): Promise<void> {
    const { signal } = this.#stop;
    const enough = new AbortController();
    const waited = this.#clock.sleep(firstSnapshotMs, AbortSignal.any([signal, enough.signal]));
    const heard = [...this.#followed.values()].map(({ child }) => child.heard);
    await Promise.race([waited.catch(() => undefined), Promise.all(heard)]);
    enough.abort();
    if (signal.aborted) return;
    this.#deliver = deliver;
    this.#changed();
  }

  /** Follows children that are new, leaves those that are none any more, and tells the others how they are met now. */
  #meet(): void {
    const meetings = this.#meetings();
    for (const [name, { stop }] of this.#followed)
      if (!meetings.has(name)) {
        stop.abort();
        this.#followed.delete(name);
      }
    for (const [name, meeting] of meetings) {
      const known = this.#followed.get(name);
      if (known) known.child.refresh(meeting);
      else this.#follow(name, meeting);
    }
    this.#changed();
  }

  #follow(name: string, meeting: Meeting): void {
    const { options, counters, pairing, random = Math.random } = this.#init;
    const child = new Child({
      ...{ name, meeting, polling: options, counters, clock: this.#clock, random },
      onChange: () => this.#changed(),
      onSuspicion: () => pairing?.doubt(name),
      onRenewalWanted: () => pairing?.renewSoon(name),
    });
    const stop = new AbortController();
    this.#followed.set(name, { child, stop });
    this.#run(child.follow(stop.signal));
  }

  #run(loop: Promise<void>): void {
    this.#loops.add(loop);
    void loop.finally(() => this.#loops.delete(loop));
  }

  #meetings(): Map<string, Meeting> {
    const { options, files, pairing } = this.#init;
    const paired = new Map(pairing?.children().map((child) => [child.name, child]));
    const meetings = new Map<string, Meeting>();
    for (const [name, written] of Object.entries(options.children)) {
      const bySecret = pairing?.expects(name) === true;
      meetings.set(
        name,
        bySecret ? meetingBySecret(written, paired.get(name)) : meetingByFiles(written, files),
      );
    }
    for (const [name, child] of paired) if (!meetings.has(name)) meetings.set(name, meetingByPairing(child));
    return meetings;
  }

  #changed(): void {
    const reports = [...this.#followed.values()].map(({ child }) => child.report);
    this.#deliver?.(this.#builder.build(reports));
  }
}

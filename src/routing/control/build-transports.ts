import type { TransportRecord, WireRecord } from '../../model/wire.ts';
import type { WatchedFiles } from '../../tls/watched-files.ts';
import type { ServersTransport } from '../schema/servers-transport.ts';
import { spiffeFault } from './build-tcp-transports.ts';
import type { Memo } from './memo.ts';
import type { Elements } from './merge.ts';
import { type BuildSurroundings, recordingMemo } from './recording-memo.ts';
import { makeRecord } from './records.ts';

export interface TransportOutcome {
  readonly error: string | undefined;
  readonly record: Extract<WireRecord, { kind: 'serversTransport' }> | undefined;
}

/** Builds serversTransports for the services that ask for them; reads the files they name. */
export class TransportBuild {
  readonly #elements: Elements<ServersTransport>;
  readonly #files: Pick<WatchedFiles, 'contents'>;
  readonly #memo: Memo<TransportOutcome>;

  constructor(
    { elements, files }: { elements: Elements<ServersTransport>; files: Pick<WatchedFiles, 'contents'> },
    surroundings: BuildSurroundings,
  ) {
    this.#elements = elements;
    this.#files = files;
    this.#memo = recordingMemo(surroundings);
  }

  /** Why it cannot be used, or undefined. */
  build(name: string): string | undefined {
    return this.#memo.get(name, () => this.#build(name)).error;
  }

  /** Of one that has been built and can be used. */
  record(name: string): TransportRecord | undefined {
    return this.#memo.values.get(name)?.record?.value;
  }

  /** Forgets those that would come out differently now: their element or one of their files is another. */
  refresh(): void {
    for (const [name, { error, record }] of [...this.#memo.values]) {
      const now = this.#build(name);
      if (now.error !== error || now.record?.hash !== record?.hash) this.#memo.forget(name);
    }
  }

  #build(name: string): TransportOutcome {
    const element = this.#elements.get(name);
    if (!element) return { error: `the serversTransport "${name}" does not exist`, record: undefined };
    const fault = spiffeFault(name, element.value);
    if (fault !== undefined) return { error: fault, record: undefined };
    try {
      const record = makeRecord('serversTransport', name, this.#read(element.value));
      return { error: undefined, record };
    } catch (error) {
      const text = `the serversTransport "${name}" cannot be used: ${(error as Error).message}`;
      return { error: text, record: undefined };
    }
  }

  #read(value: ServersTransport): TransportRecord {
    const times = value.forwardingTimeouts;
    return {
      serverName: value.serverName || undefined,
      insecureSkipVerify: value.insecureSkipVerify,
      rootCAs: value.rootCAs.map((file) => this.#contents(file)),
      certificates: value.certificates.map(({ certFile, keyFile }) => ({
        cert: this.#contents(certFile),
        key: this.#contents(keyFile),
      })),
      minVersion: value.minVersion || undefined,
      maxVersion: value.maxVersion || undefined,
      cipherSuites: value.cipherSuites,
      disableHTTP2: value.disableHTTP2,
      peerCertURI: value.peerCertURI || undefined,
      maxIdleConnsPerHost: value.maxIdleConnsPerHost,
      dialTimeoutMs: times?.dialTimeout ?? 30_000,
      responseHeaderTimeoutMs: times?.responseHeaderTimeout ?? 0,
      idleConnTimeoutMs: times?.idleConnTimeout ?? 90_000,
      readIdleTimeoutMs: times?.readIdleTimeout ?? 0,
      pingTimeoutMs: times?.pingTimeout ?? 15_000,
    };
  }

  #contents(fileOrContent: string): string {
    const contents = this.#files.contents(fileOrContent);
    if ('error' in contents) throw new Error(contents.error);
    return contents.text;
  }
}

import type { TransportRecord, WireRecord } from '../../model/wire.ts';
import type { WatchedFiles } from '../../tls/watched-files.ts';
import type { ServersTransport } from '../schema/servers-transport.ts';
import type { Elements } from './merge.ts';
import { makeRecord } from './records.ts';

/** Reads what serversTransports name, once in each build and only for those in use. */
export class TransportBuild {
  readonly records: WireRecord[] = [];
  readonly #elements: Elements<ServersTransport>;
  readonly #files: Pick<WatchedFiles, 'contents'>;
  readonly #results = new Map<string, string | undefined>();

  constructor(elements: Elements<ServersTransport>, files: Pick<WatchedFiles, 'contents'>) {
    this.#elements = elements;
    this.#files = files;
  }

  /** Why it cannot be used, or undefined. */
  build(name: string): string | undefined {
    if (!this.#results.has(name)) this.#results.set(name, this.#build(name));
    return this.#results.get(name);
  }

  #build(name: string): string | undefined {
    const element = this.#elements.get(name);
    if (!element) return `the serversTransport "${name}" does not exist`;
    try {
      this.records.push(makeRecord('serversTransport', name, this.#read(element.value)));
      return undefined;
    } catch (error) {
      return `the serversTransport "${name}" cannot be used: ${(error as Error).message}`;
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

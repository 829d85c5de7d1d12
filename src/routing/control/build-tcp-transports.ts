import type { TcpTransportRecord } from '../../model/wire.ts';
import type { WatchedFiles } from '../../tls/watched-files.ts';
import type { TcpServersTransport } from '../schema/tcp-section.ts';
import type { Elements } from './merge.ts';

export interface TcpTransportsInit {
  readonly elements: Elements<TcpServersTransport>;
  readonly files: Pick<WatchedFiles, 'contents'>;
  /** What workers have said about one. */
  readonly failure: (name: string) => string | undefined;
}

/** The TCP serversTransports that services ask for; reads the files they name. */
export class TcpTransports {
  readonly #init: TcpTransportsInit;
  /** Texts are faults. */
  readonly #outcomes = new Map<string, TcpTransportRecord | string>();

  constructor(init: TcpTransportsInit) {
    this.#init = init;
  }

  /** Why it cannot be used, or undefined. */
  build(name: string): string | undefined {
    let outcome = this.#outcomes.get(name);
    if (outcome === undefined) this.#outcomes.set(name, (outcome = this.#build(name)));
    return typeof outcome === 'string' ? outcome : undefined;
  }

  /** Of those that can be used, by name. */
  *values(): Iterable<readonly [name: string, value: TcpTransportRecord]> {
    for (const [name, outcome] of this.#outcomes) if (typeof outcome === 'object') yield [name, outcome];
  }

  #build(name: string): TcpTransportRecord | string {
    const element = this.#init.elements.get(name);
    if (!element) return `the serversTransport "${name}" does not exist`;
    const failed = this.#init.failure(name);
    if (failed !== undefined) return failed;
    const fault = versionFault(element.value.proxyProtocol);
    if (fault !== undefined) return fault;
    try {
      return this.#read(element.value);
    } catch (error) {
      return `the serversTransport "${name}" cannot be used: ${(error as Error).message}`;
    }
  }

  #read({ dialKeepAlive, dialTimeout, terminationDelay, proxyProtocol, tls }: TcpServersTransport) {
    return {
      dialKeepAliveMs: dialKeepAlive,
      dialTimeoutMs: dialTimeout,
      terminationDelayMs: terminationDelay,
      proxyProtocol: versionOf(proxyProtocol),
      tls: {
        serverName: tls?.serverName || undefined,
        insecureSkipVerify: tls?.insecureSkipVerify ?? false,
        rootCAs: (tls?.rootCAs ?? []).map((file) => this.#contents(file)),
        certificates: (tls?.certificates ?? []).map(({ certFile, keyFile }) => ({
          cert: this.#contents(certFile),
          key: this.#contents(keyFile),
        })),
        peerCertURI: tls?.peerCertURI || undefined,
      },
    };
  }

  #contents(fileOrContent: string): string {
    const contents = this.#init.files.contents(fileOrContent);
    if ('error' in contents) throw new Error(contents.error);
    return contents.text;
  }
}

type ProxyProtocol = { readonly version: number } | undefined;

export function versionFault(proxyProtocol: ProxyProtocol): string | undefined {
  const known = proxyProtocol === undefined || versionOf(proxyProtocol) !== undefined;
  return known ? undefined : `unknown proxyProtocol version: ${proxyProtocol.version}`;
}

export function versionOf(proxyProtocol: ProxyProtocol): 1 | 2 | undefined {
  const version = proxyProtocol?.version;
  return version === 1 || version === 2 ? version : undefined;
}

import type { TcpTransportRecord, WireRecord } from '../../model/wire.ts';
import type { WatchedFiles } from '../../tls/watched-files.ts';
import type { TcpServersTransport } from '../schema/tcp-section.ts';
import type { Memo } from './memo.ts';
import type { Elements } from './merge.ts';
import { type BuildSurroundings, recordingMemo } from './recording-memo.ts';
import { makeRecord } from './records.ts';

export interface TcpTransportsInit {
  readonly elements: Elements<TcpServersTransport>;
  readonly files: Pick<WatchedFiles, 'contents'>;
  /** What workers have said about one. */
  readonly failure: (name: string) => string | undefined;
}

interface Outcome {
  readonly error: string | undefined;
  readonly record: Extract<WireRecord, { kind: 'tcpServersTransport' }> | undefined;
}

/** The TCP serversTransports that services ask for; reads the files they name. */
export class TcpTransports {
  readonly #init: TcpTransportsInit;
  readonly #memo: Memo<Outcome>;

  constructor(init: TcpTransportsInit, surroundings: BuildSurroundings) {
    this.#init = init;
    this.#memo = recordingMemo(surroundings);
  }

  /** Why it cannot be used, or undefined. */
  build(name: string): string | undefined {
    return this.#memo.get(name, () => this.#build(name)).error;
  }

  /** Of one that has been built and can be used. */
  record(name: string): TcpTransportRecord | undefined {
    return this.#memo.values.get(name)?.record?.value;
  }

  /** Forgets those that would come out differently now: their element or one of their files is another. */
  refresh(): void {
    for (const [name, { error, record }] of [...this.#memo.values]) {
      const now = this.#build(name);
      if (now.error !== error || now.record?.hash !== record?.hash) this.#memo.forget(name);
    }
  }

  #build(name: string): Outcome {
    const element = this.#init.elements.get(name);
    if (!element) return wrong(`the serversTransport "${name}" does not exist`);
    const fault =
      this.#init.failure(name) ??
      spiffeFault(name, element.value.tls) ??
      versionFault(element.value.proxyProtocol);
    if (fault !== undefined) return wrong(fault);
    try {
      return { error: undefined, record: makeRecord('tcpServersTransport', name, this.#read(element.value)) };
    } catch (error) {
      return wrong(`the serversTransport "${name}" cannot be used: ${(error as Error).message}`);
    }
  }

  #read(value: TcpServersTransport): TcpTransportRecord {
    const { dialKeepAlive, dialTimeout, terminationDelay, proxyProtocol, tls } = value;
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

/** Whoever asks for it wants servers to be known by it, and by nothing less. */
export function spiffeFault(
  name: string,
  said: { readonly spiffe?: unknown } | undefined,
): string | undefined {
  if (said?.spiffe === undefined) return undefined;
  return `the serversTransport "${name}" asks for SPIFFE, which is not there yet`;
}

const wrong = (error: string): Outcome => ({ error, record: undefined });

type ProxyProtocol = { readonly version: number } | undefined;

export function versionFault(proxyProtocol: ProxyProtocol): string | undefined {
  const known = proxyProtocol === undefined || versionOf(proxyProtocol) !== undefined;
  return known ? undefined : `unknown proxyProtocol version: ${proxyProtocol.version}`;
}

export function versionOf(proxyProtocol: ProxyProtocol): 1 | 2 | undefined {
  const version = proxyProtocol?.version;
  return version === 1 || version === 2 ? version : undefined;
}

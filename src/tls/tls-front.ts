import type { Admission, CertificateRecord, TlsOptionsRecord, TlsRecord } from '../model/wire.ts';
import { CertificateIndex, type NamedCertificate } from './certificate-index.ts';
import type { ClientHello } from './client-hello.ts';
import { SecureServer, type TlsUse } from './secure-server.ts';
import type { TicketKeys } from './ticket-keys.ts';

export type TlsDecision =
  | {
      readonly kind: 'accept';
      /** Qualified name of the options. */
      readonly optionsName: string;
      readonly options: TlsOptionsRecord;
      readonly server: SecureServer;
    }
  /** No certificate fits and the options are strict about it. */
  | { readonly kind: 'unrecognized-name' }
  /** The options this name should have do not exist: closed without a word. */
  | { readonly kind: 'refused' };

export interface TlsFrontInit {
  readonly record: TlsRecord;
  readonly certificates: ReadonlyMap<string, CertificateRecord>;
  readonly ticketKeys: TicketKeys;
  /** Of the generation before: what has not changed is taken over. */
  readonly previous?: TlsFront;
}

export interface Greeting {
  readonly entryPoint: string;
  readonly hello: ClientHello;
  /** Stands for the name that a client did not send. */
  readonly localAddress: string;
  /** Of the TCP router that takes the connection; HTTPS gets those of its server name. */
  readonly tcpOptions?: string | undefined;
}

/**
 * How TLS connections are accepted in one generation: options and certificate by server name. Never
 * changes.
 */
export class TlsFront {
  readonly #record: TlsRecord;
  readonly #ticketKeys: TicketKeys;
  readonly #certificates: ReadonlyMap<string, CertificateRecord>;
  readonly #index: CertificateIndex;
  readonly #default: NamedCertificate;
  readonly #refused: ReadonlyMap<string, ReadonlySet<string>>;
  /** By options, certificate and use; shared with the next generation. */
  readonly #servers = new Map<string, SecureServer>();

  /** Throws when the default certificate cannot be used: the generation is not built then. */
  static build(init: TlsFrontInit): TlsFront {
    const front = new TlsFront(init);
    if (init.record.options.default !== undefined) front.#server('default', front.#default, 'https');
    return front;
  }

  private constructor({ record, certificates, ticketKeys, previous }: TlsFrontInit) {
    this.#record = record;
    this.#ticketKeys = ticketKeys;
    this.#certificates = certificates;
    const fallback = this.#named(record.defaultCertificate);
    if (fallback === undefined) throw new Error('the default certificate is missing');
    this.#default = fallback;
    this.#index = new CertificateIndex(record.certificates.flatMap((name) => this.#named(name) ?? []));
    this.#refused = new Map(Object.entries(record.refused).map(([key, names]) => [key, new Set(names)]));
    if (previous !== undefined) this.#takeOver(previous, certificates);
  }

  decide(greeting: Greeting): TlsDecision {
    const serverName = greeting.hello.serverName ?? '';
    const optionsName = greeting.tcpOptions ?? this.#optionsName(greeting.entryPoint, serverName);
    const options = optionsName === undefined ? undefined : this.#record.options[optionsName];
    if (optionsName === undefined || options === undefined) return { kind: 'refused' };
    const certificate =
      options.certificate === undefined
        ? this.#index.find(serverName || greeting.localAddress)
        : this.#named(options.certificate);
    if (certificate === undefined && options.sniStrict) return { kind: 'unrecognized-name' };
    const use = greeting.tcpOptions === undefined ? 'https' : 'tcp';
    const server = this.#server(optionsName, certificate ?? this.#default, use);
    return { kind: 'accept', optionsName, options, server };
  }

  /** The options themselves, to judge an entry point before it opens. */
  optionsOf(entryPoint: string): TlsOptionsRecord | undefined {
    return this.#record.options[this.#record.fallback[entryPoint] ?? 'default'];
  }

  /** Whom a name of pairing stands for by now; undefined when it stands for nobody. */
  admission(optionsName: string): Admission | undefined {
    return this.#record.options[optionsName]?.admission;
  }

  get admissions(): Admission[] {
    return Object.values(this.#record.options).flatMap(({ admission }) => admission ?? []);
  }

  /** By which certificates of clients are verified; undefined when there are no such options. */
  clientAuthorities(optionsName: string): readonly string[] | undefined {
    return this.#record.options[optionsName]?.clientAuthorities;
  }

  #named(name: string): NamedCertificate | undefined {
    const certificate = this.#certificates.get(name);
    return certificate && { ...certificate, name };
  }

  #optionsName(entryPoint: string, serverName: string): string | undefined {
    if (this.#refused.get(entryPoint)?.has(serverName)) return undefined;
    const hosts = this.#record.hosts[entryPoint];
    const wildcard = `*${serverName.slice(serverName.indexOf('.'))}`;
    return hosts?.[serverName] ?? hosts?.[wildcard] ?? this.#record.fallback[entryPoint] ?? 'default';
  }

  #server(optionsName: string, certificate: NamedCertificate, use: TlsUse): SecureServer {
    const key = serverKey(optionsName, certificate.name, use);
    const present = this.#servers.get(key);
    if (present !== undefined) return present;
    const options = this.#record.options[optionsName];
    if (options === undefined) throw new Error(`TLS options ${optionsName} are missing`);
    const server = new SecureServer({
      name: optionsName,
      options,
      certificate,
      use,
      ticketKeys: this.#ticketKeys,
    });
    this.#servers.set(key, server);
    return server;
  }

  #takeOver(previous: TlsFront, certificates: ReadonlyMap<string, CertificateRecord>): void {
    for (const [key, server] of previous.#servers) {
      const [optionsName = '', certificate = ''] = key.split('\n');
      if (certificates.has(certificate) && this.#sameOptions(previous, optionsName))
        this.#servers.set(key, server);
    }
  }

  #sameOptions(previous: TlsFront, name: string): boolean {
    return JSON.stringify(previous.#record.options[name]) === JSON.stringify(this.#record.options[name]);
  }
}

const serverKey = (optionsName: string, certificateName: string, use: TlsUse): string =>
  `${optionsName}\n${certificateName}\n${use}`;

/** A control side with stand-ins for what it is given: no files, one certificate, cells that are only counted. */

import { decodeTree } from '../../src/config/decode.ts';
import { documentOf } from '../../src/config/document.ts';
import { emptyStructure, optionOf } from '../../src/config/option-tree.ts';
import { entryPointOptions } from '../../src/entry-points/options.ts';
import type { CellRef, TlsOptionsRecord } from '../../src/model/wire.ts';
import type { CellAllocator } from '../../src/routing/control/cell-leases.ts';
import { ControlRouting, type ControlRoutingInit } from '../../src/routing/control/control-routing.ts';
import {
  defaultPrecedence,
  type RoutingEntryPoint,
  type RoutingOptions,
} from '../../src/routing/control/routing-options.ts';
import {
  type DynamicConfiguration,
  dynamicConfiguration,
} from '../../src/routing/schema/dynamic-configuration.ts';
import type { RoutingSnapshot } from '../../src/routing/snapshot.ts';

export function entryPoint(
  name: string,
  said: object = {},
  kind: RoutingEntryPoint['kind'] = 'normal',
): RoutingEntryPoint {
  const { value, problems } = decodeTree(entryPointOptions, documentOf({ address: ':80', ...said }, {}));
  if (!value) throw new Error(problems[0]?.text);
  return { name, kind, protocol: 'tcp', port: 80, options: value };
}

const usual: RoutingOptions = {
  entryPoints: [entryPoint('web'), entryPoint('websecure')],
  defaultRuleSyntax: '',
  precedence: defaultPrecedence,
  apiSocket: '/run/api.sock',
  multicluster: false,
  serversTransport: {
    insecureSkipVerify: false,
    rootCAs: [],
    maxIdleConnsPerHost: 200,
    forwardingTimeouts: { dialTimeout: 30_000, responseHeaderTimeout: 0, idleConnTimeout: 90_000 },
  },
};

const tlsOptions: TlsOptionsRecord = {
  minVersion: undefined,
  maxVersion: undefined,
  cipherSuites: [],
  curvePreferences: [],
  clientAuthType: 'NoClientCert',
  clientAuthorities: [],
  sniStrict: false,
  alpnProtocols: [],
  disableSessionTickets: false,
};

const tls: ControlRoutingInit['tls'] = {
  read: ({ options }) => ({
    certificates: [{ name: 'generated', cert: 'CERT', key: 'KEY', names: [] }],
    defaultCertificate: 'generated',
    options: Object.fromEntries(['default', ...Object.keys(options)].map((name) => [name, tlsOptions])),
    problems: [],
  }),
};

export class CountingCells {
  readonly #cells = new Map<string, { readonly ref: CellRef; holders: number }>();
  #offset = 0;

  get held(): string[] {
    return [...this.#cells.keys()];
  }

  acquire(identity: string, words: number): CellRef {
    const known = this.#cells.get(identity) ?? { ref: this.#allocate(words), holders: 0 };
    known.holders += 1;
    this.#cells.set(identity, known);
    return known.ref;
  }

  release(identity: string): void {
    const cell = this.#cells.get(identity);
    if (cell && --cell.holders === 0) this.#cells.delete(identity);
  }

  view({ words }: CellRef): Int32Array {
    return new Int32Array(words);
  }

  #allocate(words: number): CellRef {
    this.#offset += words;
    return { segment: 0, offset: this.#offset - words, words };
  }
}

export function createRouting(
  options: Partial<RoutingOptions> = {},
  cells: CellAllocator = new CountingCells(),
  others: Partial<Pick<ControlRoutingInit, 'tls' | 'identities' | 'files'>> = {},
): Promise<ControlRouting> {
  const files = { contents: (text: string) => ({ text }) };
  return ControlRouting.create({ options: { ...usual, ...options }, cells, tls, files, ...others });
}

/** What a provider says, written as in a file. */
export function snapshot(provider: string, written: object): RoutingSnapshot {
  const { value, problems } = decodeTree(dynamicConfiguration, documentOf(written, {}));
  if (!value) throw new Error(problems[0]?.text);
  return snapshotOf(provider, value);
}

export function snapshotOf(provider: string, configuration: DynamicConfiguration): RoutingSnapshot {
  return { provider, configuration, problems: [], origins: new Map() };
}

export function empty<T>(schema: Parameters<typeof optionOf>[0]): T {
  return emptyStructure(optionOf(schema)) as T;
}

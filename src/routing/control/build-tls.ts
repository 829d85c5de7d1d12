import type { Problem, ProblemSource } from '../../model/problem.ts';
import type { TlsRecord, WireRecord } from '../../model/wire.ts';
import type { ReadTlsSection, TlsMaterial, TlsSection } from '../../tls/tls-material.ts';
import type { IdentityRecords } from './identities.ts';
import type { Merged } from './merge.ts';
import { sourceOf } from './merge.ts';
import { makeRecord, type RecordSet } from './records.ts';
import type { RoutingEntryPoint } from './routing-options.ts';
import type { TlsAssignment } from './tls-assignment.ts';

type KeyPair = { readonly certFile: string; readonly keyFile: string };

/** The TLS parts of all providers as one section; what two providers claim for themselves belongs to none. */
export class TlsBuild {
  readonly problems: Problem[] = [];
  readonly read: ReadTlsSection;
  readonly #merged: Merged;

  constructor(merged: Merged, material: Pick<TlsMaterial, 'read'>) {
    this.#merged = merged;
    this.read = material.read(this.#section());
    this.problems.push(...this.read.problems);
  }

  hasOptions(name: string): boolean {
    return this.read.options[name] !== undefined;
  }

  get optionNames(): string[] {
    return Object.keys(this.read.options);
  }

  put(records: RecordSet, { assignment, entryPoints, paired }: Assigned): void {
    const { certificates, defaultCertificate, options } = this.read;
    this.problems.push(...paired.problems);
    const record: TlsRecord = {
      certificates: certificates.map(({ name }) => name),
      defaultCertificate,
      options: { ...options, ...paired.options },
      hosts: { ...assignment.hosts, ...paired.hosts },
      refused: assignment.refused,
      fallback: this.#fallback(entryPoints),
    };
    records.add(makeRecord('tls', 'tls', record));
    records.replaceKind('certificate', [...certificates, ...paired.certificates].map(certificateRecord));
  }

  #section(): TlsSection {
    const { snapshots, tlsOptions } = this.#merged;
    const certificates = snapshots.flatMap(({ provider, configuration }) =>
      configuration.tls.certificates.map((pair) => withSource(pair, { provider })),
    );
    const options = [...tlsOptions.values()].filter(({ name }) => !isDefault(name));
    const named = options.map(({ name, value }) => [
      name,
      { ...value, source: sourceOf(this.#merged, `tls options ${name}`) },
    ]);
    return {
      certificates,
      ...this.#defaultCertificate(),
      options: { ...Object.fromEntries(named), ...this.#defaultOptions() },
    };
  }

  #defaultCertificate(): Pick<TlsSection, 'defaultCertificate'> {
    const stores = [...this.#merged.tlsStores.values()].filter(({ name }) => isDefault(name));
    if (stores.length > 1)
      this.#claimed(
        'store',
        stores.map(({ name }) => name),
      );
    const [store] = stores;
    const pair = stores.length === 1 ? store?.value.defaultCertificate : undefined;
    return pair && store
      ? { defaultCertificate: withSource(pair, sourceOf(this.#merged, `tls store ${store.name}`)) }
      : {};
  }

  #defaultOptions(): TlsSection['options'] {
    const all = [...this.#merged.tlsOptions.values()].filter(({ name }) => isDefault(name));
    if (all.length > 1)
      this.#claimed(
        'options',
        all.map(({ name }) => name),
      );
    const [only, ...others] = all;
    if (!only) return {};
    const source = sourceOf(this.#merged, `tls options ${only.name}`);
    /**
     * Options that nothing can satisfy: whoever needs the default is refused until one provider gives
     * way.
     */
    const value =
      others.length > 0 ? { ...only.value, minVersion: 'claimed by several providers' } : only.value;
    return { default: { ...value, source } };
  }

  #claimed(what: string, names: readonly string[]): void {
    this.problems.push({
      code: 'tls-default-repeated',
      severity: 'error',
      source: sourceOf(this.#merged, `tls ${what} ${names[0]}`),
      text: `The default TLS ${what} are defined several times, and so not at all: ${names.join(', ')}.`,
      remedy: 'Leave them to one provider.',
    });
  }

  /** On an uplink entry point its own options hold for every name. */
  #fallback(entryPoints: readonly RoutingEntryPoint[]): Record<string, string> {
    const own = entryPoints.flatMap(({ name, kind, options }) => {
      const wanted = kind === 'uplink' ? (options.http.tls?.options ?? '') : '';
      return wanted === '' || wanted === 'default' ? [] : [[name, this.#resolve(wanted)]];
    });
    return Object.fromEntries(own);
  }

  /** An entry point belongs to no provider: a bare name means whichever provider has it. */
  #resolve(name: string): string {
    if (name.includes('@')) return name;
    return Object.keys(this.read.options).find((each) => each.startsWith(`${name}@`)) ?? name;
  }
}

interface Assigned {
  readonly assignment: TlsAssignment;
  readonly entryPoints: readonly RoutingEntryPoint[];
  readonly paired: IdentityRecords;
}

/** Named by its fingerprint, which is a hash already. */
function certificateRecord({ name, ...value }: ReadTlsSection['certificates'][number]): WireRecord {
  return { kind: 'certificate', name, hash: name, value };
}

const isDefault = (qualified: string): boolean => qualified.startsWith('default@');

function withSource(
  { certFile, keyFile }: KeyPair,
  source: ProblemSource,
): KeyPair & { source: ProblemSource } {
  return { certFile, keyFile, source };
}

import type { Problem, ProblemSource } from '../model/problem.ts';
import type { TlsOptionsRecord } from '../model/wire.ts';
import type { NamedCertificate } from './certificate-index.ts';
import { expiryProblems } from './certificate-expiry.ts';
import { type CertificatePair, readPair } from './certificate-pair.ts';
import type { PemPair } from './default-certificate.ts';
import { builtInOptions, resolveTlsOptions, type TlsOptions } from './tls-options.ts';
import type { WatchedFiles } from './watched-files.ts';

/** The `tls` sections of all providers, merged. */
export interface TlsSection {
  readonly certificates: readonly CertificateFiles[];
  /** `tls.stores.default.defaultCertificate`. */
  readonly defaultCertificate?: CertificateFiles;
  /** By qualified name; `default` stands alone. */
  readonly options: Readonly<Record<string, TlsOptions>>;
}

/** Paths, or the PEM itself. */
export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
  readonly source: ProblemSource;
}

/** What can be used of a section, and what is wrong with the rest. */
export interface ReadTlsSection {
  /** The default one is among them. */
  readonly certificates: readonly NamedCertificate[];
  /** Name of the certificate that is shown when no other fits. */
  readonly defaultCertificate: string;
  /** A set with a mistake is absent, also when it is `default`. */
  readonly options: Readonly<Record<string, TlsOptionsRecord>>;
  readonly problems: readonly Problem[];
}

/** A pair with the texts it was made of. */
interface ReadPair extends CertificatePair {
  readonly cert: string;
  readonly key: string;
}

type FileSource = Pick<WatchedFiles, 'contents' | 'onChange'>;

/** How often time alone may turn a certificate into a problem. */
const expiryLookMs = 6 * 3_600_000;

/**
 * Turns `tls` sections into what workers need: files read, pairs checked, certificates near their end
 * told.
 */
export class TlsMaterial implements Disposable {
  readonly #files: FileSource;
  readonly #generated: CertificatePair;
  readonly #now: () => number;
  /**
   * By what was written, so that a change elsewhere parses nothing anew, and a file that is replaced by something
   * of no use changes nothing.
   */
  #pairs = new Map<string, ReadPair>();
  readonly #stops: (() => void)[] = [];

  constructor({ files, generated, now }: { files: FileSource; generated: PemPair; now?: () => number }) {
    this.#files = files;
    this.#generated = readPair(generated);
    this.#now = now ?? Date.now;
  }

  read(section: TlsSection): ReadTlsSection {
    const problems: Problem[] = [];
    const used = new Map<string, ReadPair>();
    const certificates = section.certificates.flatMap((files) => this.#usable(files, { problems, used }));
    const [chosen] = section.defaultCertificate
      ? this.#usable(section.defaultCertificate, { problems, used })
      : [];
    this.#pairs = used;
    const fallback = chosen ?? this.#generated.certificate;
    return {
      certificates: [...new Map([...certificates, fallback].map((each) => [each.name, each])).values()],
      defaultCertificate: fallback.name,
      options: this.#options(section.options, problems),
      problems,
    };
  }

  /** A file has changed, or time has moved a certificate nearer to its end: read the section again. */
  onChange(listener: () => void): void {
    const timer = setInterval(listener, expiryLookMs).unref();
    this.#stops.push(this.#files.onChange(listener), () => clearInterval(timer));
  }

  [Symbol.dispose](): void {
    for (const stop of this.#stops) stop();
  }

  #usable(
    files: CertificateFiles,
    { problems, used }: { problems: Problem[]; used: Map<string, ReadPair> },
  ): NamedCertificate[] {
    const source = { ...files.source };
    try {
      const pair = this.#pair(files, used);
      problems.push(...expiryProblems(pair, { source, nowMs: this.#now() }));
      return [pair.certificate];
    } catch (error) {
      const kept = this.#pairs.get(writtenOf(files));
      const what = kept ? 'stays what it was' : 'is not used';
      const text = `The certificate ${shown(files)} ${what}: ${(error as Error).message}.`;
      problems.push({ code: 'certificate-unusable', severity: 'error', source, text });
      if (kept === undefined) return [];
      used.set(writtenOf(files), kept);
      return [kept.certificate];
    }
  }

  #pair(files: CertificateFiles, used: Map<string, ReadPair>): CertificatePair {
    const written = writtenOf(files);
    const cert = this.#text(files.certFile);
    const key = this.#text(files.keyFile);
    const known = used.get(written) ?? this.#pairs.get(written);
    const read =
      known?.cert === cert && known.key === key ? known : { cert, key, ...readPair({ cert, key }) };
    used.set(written, read);
    return read;
  }

  #text(fileOrContent: string): string {
    const contents = this.#files.contents(fileOrContent);
    if ('error' in contents) throw new Error(contents.error);
    return contents.text;
  }

  #options(
    written: Readonly<Record<string, TlsOptions>>,
    problems: Problem[],
  ): Record<string, TlsOptionsRecord> {
    const options: Record<string, TlsOptionsRecord> = {};
    if (written.default === undefined) options.default = builtInOptions;
    for (const [name, each] of Object.entries(written)) {
      const { record, problems: found } = resolveTlsOptions(each, { name, files: this.#files });
      problems.push(...found);
      if (record !== undefined) options[name] = record;
    }
    return options;
  }
}

const writtenOf = ({ certFile, keyFile }: CertificateFiles): string => `${certFile}\0${keyFile}`;

const shown = ({ certFile }: CertificateFiles): string =>
  certFile.includes('-----BEGIN ') ? '(given as text)' : certFile;

import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Issued } from '../tls/pki.ts';

/** A certificate and its key on disk, replaced as a person would. */
export class CertificateFiles implements AsyncDisposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async create(issued: Issued): Promise<CertificateFiles> {
    const files = new CertificateFiles(await mkdtemp(join(tmpdir(), 'multicluster-')));
    await files.replace(issued);
    return files;
  }

  get pair() {
    return { certFile: join(this.#folder, 'parent.crt'), keyFile: join(this.#folder, 'parent.key') };
  }

  async replace({ cert, key }: Issued): Promise<void> {
    const { certFile, keyFile } = this.pair;
    for (const [name, text] of [
      [certFile, cert],
      [keyFile, key],
    ] as const) {
      await writeFile(`${name}.new`, text);
      await rename(`${name}.new`, name);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }
}

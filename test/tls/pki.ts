/** An authority and certificates made by the real openssl, as users make them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Issued {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

export interface Wish {
  /** Names as openssl writes them: `DNS:a.example`, `IP:127.0.0.1`. */
  readonly san?: string;
  readonly usage?: 'serverAuth' | 'clientAuth';
  readonly from?: string;
  readonly to?: string;
}

export class Pki implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'fairlead-pki-'));
  readonly ca: Issued;

  constructor() {
    this.ca = this.#paths('ca');
    this.#openssl('req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30', [
      '-subj',
      '/CN=test authority',
      '-keyout',
      this.ca.keyFile,
      '-out',
      this.ca.certFile,
    ]);
    this.ca = this.#read('ca');
  }

  /** `from` and `to` are of the form `20200101000000Z`. */
  issue(name: string, { san, usage, from, to }: Wish = {}): Issued {
    const { certFile, keyFile } = this.#paths(name);
    const request = join(this.folder, `${name}.csr`);
    this.#openssl('req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes', [
      ...['-subj', `/CN=${name}`, '-keyout', keyFile, '-out', request],
    ]);
    const extensions = join(this.folder, `${name}.ext`);
    writeFileSync(
      extensions,
      [san && `subjectAltName=${san}`, usage && `extendedKeyUsage=${usage}`].filter(Boolean).join('\n'),
    );
    writeFileSync(join(this.folder, 'index.txt'), '');
    const config = join(this.folder, 'ca.cnf');
    writeFileSync(config, authorityConfiguration(this.folder));
    this.#openssl('ca -batch -notext', [
      ...['-config', config, '-in', request, '-out', certFile, '-extfile', extensions],
      ...['-cert', this.ca.certFile, '-keyfile', this.ca.keyFile],
      ...(from && to ? ['-startdate', from, '-enddate', to] : ['-days', '30']),
    ]);
    return this.#read(name);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #paths(name: string): Issued {
    const certFile = join(this.folder, `${name}.crt`);
    return { certFile, keyFile: join(this.folder, `${name}.key`), cert: '', key: '' };
  }

  #read(name: string): Issued {
    const paths = this.#paths(name);
    return { ...paths, cert: readFileSync(paths.certFile, 'utf8'), key: readFileSync(paths.keyFile, 'utf8') };
  }

  #openssl(command: string, rest: string[]): void {
    execFileSync('openssl', [...command.split(' '), ...rest], { stdio: ['ignore', 'ignore', 'pipe'] });
  }
}

const authorityConfiguration = (folder: string): string => `
[ca]
default_ca = it
[it]
database = ${folder}/index.txt
new_certs_dir = ${folder}
default_md = sha256
policy = any
unique_subject = no
rand_serial = yes
[any]
commonName = supplied
`;

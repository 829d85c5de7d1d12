/** The certificates, keys and authorities with which a child is met, as text. */
import { X509Certificate } from 'node:crypto';
import { readPair } from '../../tls/certificate-pair.ts';
import type { WatchedFiles } from '../../tls/watched-files.ts';
import { ChildFailure, type Failure } from './failure.ts';
import type { ChildTransport } from './options.ts';

export interface Credentials {
  /** PEM; empty means the authorities Node knows. */
  readonly rootCAs: readonly string[];
  readonly certificates: readonly { readonly certFile: string; readonly keyFile: string }[];
}

/** Throws a `ChildFailure` when a file is missing, half written, or of another age than its key. */
export function readCredentials(transport: ChildTransport, files: WatchedFiles): Credentials {
  return {
    rootCAs: transport.rootCAs.map((name) => readAuthorities(name, files)),
    certificates: transport.certificates.map((pair) => readClientPair(pair, files)),
  };
}

/** The same in the words of `node:tls`. */
export function tlsCredentials({ rootCAs, certificates }: Credentials) {
  return {
    ca: rootCAs.length > 0 ? [...rootCAs] : undefined,
    cert: certificates.map(({ certFile }) => certFile),
    key: certificates.map(({ keyFile }) => keyFile),
  };
}

function readAuthorities(name: string, files: WatchedFiles): string {
  const pem = textOf(name, files);
  try {
    new X509Certificate(pem);
    return pem;
  } catch {
    throw unusable(`serversTransport.rootCAs: ${shown(name)} is not a certificate in PEM form`);
  }
}

function readClientPair({ certFile, keyFile }: Credentials['certificates'][number], files: WatchedFiles) {
  const pair = { certFile: textOf(certFile, files), keyFile: textOf(keyFile, files) };
  try {
    readPair({ cert: pair.certFile, key: pair.keyFile });
    return pair;
  } catch (error) {
    throw unusable(`serversTransport.certificates: ${(error as Error).message} (${shown(certFile)})`);
  }
}

function textOf(name: string, files: WatchedFiles): string {
  const contents = files.contents(name);
  if ('text' in contents) return contents.text;
  throw unusable(`its serversTransport cannot be used: ${contents.error}`);
}

const shown = (name: string) => (name.includes('-----BEGIN ') ? 'given as text' : name);

function unusable(text: string): ChildFailure {
  const remedy = 'Put the file right; it is read again as soon as it changes.';
  return new ChildFailure({ code: 'child-credentials-unusable', text, remedy } satisfies Failure);
}

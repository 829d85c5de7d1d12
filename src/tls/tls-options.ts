import type { Problem, ProblemSource } from '../model/problem.ts';
import type { TlsOptionsRecord } from '../model/wire.ts';
import { nearestName } from '../support/nearest-name.ts';
import { cipherSuites, clientAuthTypes, curves, protocolVersions } from './go-names.ts';
import type { WatchedFiles } from './watched-files.ts';

/** `tls.options.<name>` as it was written. */
export interface TlsOptions {
  readonly minVersion: string;
  readonly maxVersion: string;
  readonly cipherSuites: readonly string[];
  readonly curvePreferences: readonly string[];
  readonly clientAuth?: { readonly caFiles: readonly string[]; readonly clientAuthType: string };
  readonly sniStrict: boolean;
  readonly alpnProtocols: readonly string[];
  readonly disableSessionTickets: boolean;
  readonly source?: ProblemSource;
}

/** What holds where nobody has written a set called `default`. */
export const builtInOptions: TlsOptionsRecord = {
  minVersion: 'VersionTLS12',
  maxVersion: undefined,
  cipherSuites: [],
  curvePreferences: [],
  clientAuthType: 'NoClientCert',
  clientAuthorities: [],
  sniStrict: false,
  alpnProtocols: ['h2', 'http/1.1', 'acme-tls/1'],
  disableSessionTickets: false,
};

/**
 * The options with their files read; problems instead when one of them is wrong: half a set is no
 * protection.
 */
export function resolveTlsOptions(
  options: TlsOptions,
  { name, files }: { name: string; files: Pick<WatchedFiles, 'contents'> },
): { record: TlsOptionsRecord | undefined; problems: Problem[] } {
  const source = { ...options.source, element: `TLS options ${name}` };
  const authorities = readAuthorities(options.clientAuth?.caFiles ?? [], files);
  const mistakes = [...namingMistakes(options), ...clientAuthMistakes(options), ...authorities.mistakes];
  if (mistakes.length > 0)
    return {
      record: undefined,
      problems: mistakes.map((mistake) => ({
        code: 'tls-options-wrong',
        severity: 'error',
        source,
        ...mistake,
      })),
    };
  return { record: recordOf(options, authorities.pems), problems: [] };
}

interface Mistake {
  readonly text: string;
  readonly remedy?: string;
}

function recordOf(options: TlsOptions, clientAuthorities: string[]): TlsOptionsRecord {
  const { clientAuth } = options;
  const implied = clientAuthorities.length > 0 ? 'RequireAndVerifyClientCert' : 'NoClientCert';
  return {
    minVersion: options.minVersion || undefined,
    maxVersion: options.maxVersion || undefined,
    cipherSuites: options.cipherSuites,
    curvePreferences: options.curvePreferences,
    clientAuthType: clientAuth?.clientAuthType || implied,
    clientAuthorities,
    sniStrict: options.sniStrict,
    alpnProtocols: options.alpnProtocols.length > 0 ? options.alpnProtocols : builtInOptions.alpnProtocols,
    disableSessionTickets: options.disableSessionTickets,
  };
}

function namingMistakes(options: TlsOptions): Mistake[] {
  const checks: [option: string, written: readonly string[], known: string[]][] = [
    ['minVersion', options.minVersion ? [options.minVersion] : [], Object.keys(protocolVersions)],
    ['maxVersion', options.maxVersion ? [options.maxVersion] : [], Object.keys(protocolVersions)],
    ['cipherSuites', options.cipherSuites, Object.keys(cipherSuites)],
    ['curvePreferences', options.curvePreferences, Object.keys(curves)],
  ];
  return checks.flatMap(([option, written, known]) =>
    written.filter((word) => !known.includes(word)).map((word) => unknownWord({ option, word, known })),
  );
}

function unknownWord({ option, word, known }: { option: string; word: string; known: string[] }): Mistake {
  const nearest = nearestName(word, known);
  return {
    text: `${option} does not know ${word}.`,
    remedy: nearest === undefined ? `Known are ${known.join(', ')}.` : `Write ${nearest}.`,
  };
}

function clientAuthMistakes({ clientAuth }: TlsOptions): Mistake[] {
  const type = clientAuth?.clientAuthType ?? '';
  if (type === '') return [];
  const known: readonly string[] = clientAuthTypes;
  if (!known.includes(type))
    return [unknownWord({ option: 'clientAuthType', word: type, known: [...known] })];
  if (type.includes('Verify') && clientAuth?.caFiles.length === 0)
    return [{ text: `clientAuthType ${type} has no caFiles to verify by.`, remedy: 'Add caFiles.' }];
  return [];
}

function readAuthorities(
  caFiles: readonly string[],
  files: Pick<WatchedFiles, 'contents'>,
): { pems: string[]; mistakes: Mistake[] } {
  const pems: string[] = [];
  const mistakes: Mistake[] = [];
  for (const caFile of caFiles) {
    const contents = files.contents(caFile);
    if ('error' in contents) mistakes.push({ text: `caFiles: ${contents.error}.` });
    else if (!contents.text.includes('-----BEGIN CERTIFICATE-----'))
      mistakes.push({ text: 'caFiles: there is no certificate in PEM form in one of them.' });
    else pems.push(contents.text);
  }
  return { pems, mistakes };
}

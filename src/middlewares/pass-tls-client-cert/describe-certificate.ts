import type { X509Certificate } from 'node:crypto';
import type { Options } from './options.ts';

type Wanted = NonNullable<Options['info']>;
type WantedNames = NonNullable<Wanted['issuer']> & { readonly organizationalUnit?: boolean };
type Name = Readonly<Record<string, string | readonly string[] | undefined>>;

/** In the order in which they are told: what an option asks for, what a certificate calls it, what the server reads. */
const PARTS = [
  ['domainComponent', 'DC', 'DC'],
  ['country', 'C', 'C'],
  ['province', 'ST', 'ST'],
  ['locality', 'L', 'L'],
  ['organization', 'O', 'O'],
  ['organizationalUnit', 'OU', 'OU'],
  ['serialNumber', 'serialNumber', 'SN'],
  ['commonName', 'CN', 'CN'],
] as const;

const ALTERNATIVE_NAME = /(?:^|, )(DNS|email|IP Address|URI):("(?:[^"\\]|\\.)*"|[^,]*)/g;
const KINDS = ['DNS', 'email', 'IP Address', 'URI'];

/** What was asked for of a certificate: `Subject="CN=rosa";SAN="rosa.example"`. */
export function describeCertificate(certificate: X509Certificate, wanted: Wanted): string {
  const names = certificate.toLegacyObject() as unknown as { subject: Name; issuer: Name };
  const seconds = (date: Date) => String(date.getTime() / 1000);
  const told = [
    ['Subject', wanted.subject && describeName(names.subject, wanted.subject)],
    ['Issuer', wanted.issuer && describeName(names.issuer, wanted.issuer)],
    ['SerialNumber', wanted.serialNumber && BigInt(`0x${certificate.serialNumber}`).toString()],
    ['NB', wanted.notBefore && seconds(certificate.validFromDate)],
    ['NA', wanted.notAfter && seconds(certificate.validToDate)],
    ['SAN', wanted.sans && alternativeNames(certificate.subjectAltName ?? '').join(',')],
  ] as const;
  return told.flatMap(([name, value]) => (value ? [`${name}="${value}"`] : [])).join(';');
}

function describeName(name: Name, wanted: WantedNames): string {
  return PARTS.filter(([option]) => wanted[option])
    .flatMap(([, field, shown]) => [name[field] ?? []].flat().map((value) => `${shown}=${value}`))
    .join(',');
}

function alternativeNames(text: string): string[] {
  const names = [...text.matchAll(ALTERNATIVE_NAME)].map(([, kind, name]) => ({
    place: KINDS.indexOf(kind!),
    name: plainName(kind!, name!),
  }));
  return names.sort((one, other) => one.place - other.place).map(({ name }) => name);
}

/** Unusual names come quoted, IPv6 addresses in full. */
function plainName(kind: string, name: string): string {
  if (name.startsWith('"')) return JSON.parse(name) as string;
  if (kind !== 'IP Address' || !name.includes(':')) return name;
  return new URL(`http://[${name}]`).hostname.slice(1, -1);
}

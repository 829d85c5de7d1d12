/** The few forms of DER that certificates are written in. Nothing from outside is read here. */
import forge from 'node-forge';

const { asn1 } = forge;
const { Class, Type } = asn1;

export type Der = forge.asn1.Asn1;

const universal = (type: forge.asn1.Type, value: Der[] | string) =>
  asn1.create(Class.UNIVERSAL, type, typeof value !== 'string', value);

const binary = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

export const sequence = (...parts: Der[]): Der => universal(Type.SEQUENCE, parts);
export const set = (...parts: Der[]): Der => universal(Type.SET, parts);
/** Bytes of a number that is not negative, the greatest first. */
export const integer = (bytes: Uint8Array): Der => universal(Type.INTEGER, binary(bytes));
export const oid = (dotted: string): Der => universal(Type.OID, asn1.oidToDer(dotted).getBytes());
export const text = (value: string): Der => universal(Type.UTF8, binary(Buffer.from(value)));
export const yes = (): Der => universal(Type.BOOLEAN, '\xff');
export const octets = (value: Uint8Array): Der => universal(Type.OCTETSTRING, binary(value));
export const bits = (value: Uint8Array, { unused = 0 } = {}): Der =>
  universal(Type.BITSTRING, binary(Buffer.from([unused, ...value])));

/** RFC 5280 4.1.2.5: two digits of the year until 2049. */
export function time(ms: number): Der {
  const date = new Date(ms);
  return date.getUTCFullYear() < 2050
    ? universal(Type.UTCTIME, asn1.dateToUtcTime(date))
    : universal(Type.GENERALIZEDTIME, asn1.dateToGeneralizedTime(date));
}

/** A value under a number that its place gives a meaning to. */
export const tagged = (tag: number, value: Der[] | Uint8Array): Der =>
  asn1.create(
    Class.CONTEXT_SPECIFIC,
    tag as forge.asn1.Type,
    Array.isArray(value),
    Array.isArray(value) ? value : binary(value),
  );

/** Of DER that Node itself has written. */
export const embedded = (der: Uint8Array): Der => asn1.fromDer(binary(der));

export const encode = (der: Der): Buffer => Buffer.from(asn1.toDer(der).getBytes(), 'latin1');

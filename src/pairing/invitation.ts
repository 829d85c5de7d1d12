/**
 * An invitation: one printable line that says where a child is, how it is recognised, and the secret that opens it
 * once. Its checksum finds every slip of a single letter before anybody is asked.
 */
import { hkdfSync, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { parseAddress } from './address.ts';
import { PairingError } from './pairing-error.ts';

export interface Invitation {
  readonly seed: Uint8Array;
  /** Of the child's key, hexadecimal. */
  readonly fingerprint: string;
  /** To the second. */
  readonly expiresAtMs: number;
  /** What the child would like to be called. */
  readonly name: string;
  /** `host:port`. */
  readonly addresses: readonly string[];
}

const prefix = 'fairlead-pair-1.';
const seedBytes = 16;
const fingerprintBytes = 32;
const timeBytes = 5;
const checkBytes = 4;

export const newSeed = (): Buffer => randomBytes(seedBytes);

/** Says to the child which of its invitations is meant; tells nothing of the secret. */
export const invitationId = (seed: Uint8Array): string =>
  Buffer.from(hkdfSync('sha256', seed, '', 'fairlead pairing 1 id', 8)).toString('hex');

export function writeInvitation({ seed, fingerprint, expiresAtMs, name, addresses }: Invitation): string {
  const time = Buffer.alloc(timeBytes);
  time.writeUIntBE(Math.floor(expiresAtMs / 1000), 0, timeBytes);
  const words = Buffer.from([name, ...addresses].join(' '));
  const content = Buffer.concat([seed, Buffer.from(fingerprint, 'hex'), time, words]);
  return prefix + Buffer.concat([content, checksum(content)]).toString('base64url');
}

/** Throws a `PairingError`. Lines that a terminal has broken are put together again. */
export function readInvitation(line: string, nowMs: number): Invitation {
  const content = readContent(line.replaceAll(/\s/g, ''));
  const part = (from: number, bytes: number) => content.subarray(from, from + bytes);
  const time = part(seedBytes + fingerprintBytes, timeBytes);
  const words = content.subarray(seedBytes + fingerprintBytes + timeBytes).toString();
  const [name = '', ...addresses] = words.split(' ');
  if (!addresses.some(parseAddress)) throw malformed('it says of no address where the child is');
  const expiresAtMs = time.readUIntBE(0, timeBytes) * 1000;
  if (expiresAtMs <= nowMs) throw expired(expiresAtMs, nowMs);
  const fingerprint = part(seedBytes, fingerprintBytes).toString('hex');
  return {
    seed: part(0, seedBytes),
    fingerprint,
    expiresAtMs,
    name,
    addresses: addresses.filter(parseAddress),
  };
}

function readContent(text: string): Buffer {
  if (!text.startsWith(prefix)) throw malformed(`it does not begin with "${prefix}"`);
  const encoded = text.slice(prefix.length);
  const bytes = Buffer.from(encoded, 'base64url');
  const content = bytes.subarray(0, -checkBytes);
  const isWhole =
    content.length > seedBytes + fingerprintBytes + timeBytes &&
    // Of the last letter not every bit counts.
    bytes.toString('base64url') === encoded &&
    checksum(content).equals(bytes.subarray(-checkBytes));
  if (!isWhole) throw malformed('its checksum does not fit: a part is missing or changed');
  return content;
}

function checksum(content: Uint8Array): Buffer {
  const bytes = Buffer.alloc(checkBytes);
  bytes.writeUInt32BE(crc32(content));
  return bytes;
}

const malformed = (why: string) =>
  new PairingError(
    'invitation-malformed',
    `This is not an invitation as a child prints it: ${why}.`,
    'Copy the whole line that "fairlead pair invite" has printed, from fairlead-pair-1. to its end.',
  );

const expired = (expiresAtMs: number, nowMs: number) =>
  new PairingError(
    'invitation-expired',
    `The invitation was good until ${iso(expiresAtMs)}; here it is ${iso(nowMs)}.`,
    'Make a new one with "fairlead pair invite" on the child; if it is not that late, check the clocks of both hosts.',
  );

const iso = (ms: number): string => new Date(ms).toISOString();

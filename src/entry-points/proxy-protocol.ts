import { isIP } from 'node:net';
import type { Addresses } from '../model/stream.ts';

/** A PROXY protocol header, version 1 or 2. */
export interface ProxyHeader {
  /** How many bytes it takes. */
  readonly bytes: number;
  /** Undefined when the balancer speaks for itself or hides the client. */
  readonly addresses: Addresses | undefined;
}

const signature1 = Buffer.from('PROXY ', 'latin1');
const signature2 = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
/** The longest header that version 1 allows. */
const header1BytesMax = 107;
/** Addresses and a few extensions; the protocol would allow 64 KiB. */
const header2BytesMax = 4096;

/** `absent` when the bytes begin with something else. */
export function readProxyHeader(bytes: Buffer): ProxyHeader | 'incomplete' | 'absent' | 'malformed' {
  if (startsLike(bytes, signature1)) return bytes.length < signature1.length ? 'incomplete' : read1(bytes);
  if (startsLike(bytes, signature2)) return bytes.length < 16 ? 'incomplete' : read2(bytes);
  return 'absent';
}

/** What is there agrees with the signature, even if there is not all of it yet. */
function startsLike(bytes: Buffer, signature: Buffer): boolean {
  const length = Math.min(bytes.length, signature.length);
  return bytes.compare(signature, 0, length, 0, length) === 0;
}

function read1(bytes: Buffer): ProxyHeader | 'incomplete' | 'malformed' {
  const end = bytes.indexOf('\r\n');
  if (end < 0) return bytes.length < header1BytesMax ? 'incomplete' : 'malformed';
  if (end + 2 > header1BytesMax) return 'malformed';
  const [, family, source = '', destination = '', sourcePort, destinationPort, ...rest] = bytes
    .toString('latin1', 0, end)
    .split(' ');
  if (family === 'UNKNOWN') return { bytes: end + 2, addresses: undefined };
  const version = family === 'TCP4' ? 4 : family === 'TCP6' ? 6 : undefined;
  const ports = [sourcePort, destinationPort].map(readPort);
  if (version === undefined || rest.length > 0 || ports.some(Number.isNaN)) return 'malformed';
  if (isIP(source) !== version || isIP(destination) !== version) return 'malformed';
  const [sourceNumber = 0, destinationNumber = 0] = ports;
  return {
    bytes: end + 2,
    addresses: { source, sourcePort: sourceNumber, destination, destinationPort: destinationNumber },
  };
}

function readPort(text: string | undefined): number {
  const port = /^(?:0|[1-9]\d{0,4})$/.test(text ?? '') ? Number(text) : Number.NaN;
  return port <= 65_535 ? port : Number.NaN;
}

function read2(bytes: Buffer): ProxyHeader | 'incomplete' | 'malformed' {
  const versionAndCommand = bytes.readUInt8(12);
  const family = bytes.readUInt8(13);
  const end = 16 + bytes.readUInt16BE(14);
  if (versionAndCommand >> 4 !== 2 || (versionAndCommand & 15) > 1 || end > header2BytesMax)
    return 'malformed';
  if (bytes.length < end) return 'incomplete';
  const isLocal = (versionAndCommand & 15) === 0;
  const body = bytes.subarray(16, end);
  if (isLocal || (family !== tcp4 && family !== tcp6)) return { bytes: end, addresses: undefined };
  const addressBytes = family === tcp4 ? 4 : 16;
  if (body.length < 2 * addressBytes + 4) return 'malformed';
  return { bytes: end, addresses: readAddresses2(body, addressBytes) };
}

const tcp4 = 0x11;
const tcp6 = 0x21;

function readAddresses2(body: Buffer, addressBytes: 4 | 16): Addresses {
  return {
    source: addressText(body.subarray(0, addressBytes)),
    destination: addressText(body.subarray(addressBytes, 2 * addressBytes)),
    sourcePort: body.readUInt16BE(2 * addressBytes),
    destinationPort: body.readUInt16BE(2 * addressBytes + 2),
  };
}

function addressText(bytes: Buffer): string {
  if (bytes.length === 4) return [...bytes].join('.');
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(2 * index).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

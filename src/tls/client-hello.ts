/** What a client says before anything is encrypted, as far as we decide by it. */
export interface ClientHello {
  /** Lower-case, without a trailing dot; undefined when the client names none. */
  readonly serverName: string | undefined;
  /** The application protocols it offers, in its order. */
  readonly protocols: readonly string[];
}

/** Generous: with post-quantum key shares and a resumed session a greeting has about 4 KiB. */
const helloBytesMax = 32 * 1024;
/** RFC 8446 5.1. */
const recordBytesMax = 16 * 1024;
const recordHeaderBytes = 5;
const messageHeaderBytes = 4;
const handshakeRecord = 22;
const clientHelloMessage = 1;

/** The first byte of every TLS connection; no request of HTTP/1 begins with it. */
export const tlsFirstByte = handshakeRecord;

/**
 * Collects a ClientHello from whatever pieces it arrives in: TCP segments and TLS records need not agree with
 * it. Takes each byte once, so that a client that sends them one by one gains nothing.
 */
export class ClientHelloReader {
  #pending: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  #fragments: Buffer[] = [];
  #collected = 0;
  #wanted: number | undefined;

  push(chunk: Buffer): ClientHello | 'incomplete' | 'malformed' {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    while (this.#pending.length >= recordHeaderBytes) {
      const type = this.#pending.readUInt8(0);
      const length = this.#pending.readUInt16BE(3);
      if (type !== handshakeRecord || this.#pending.readUInt8(1) !== 3) return 'malformed';
      if (length === 0 || length > recordBytesMax) return 'malformed';
      if (this.#pending.length < recordHeaderBytes + length) return 'incomplete';
      const fragment = this.#pending.subarray(recordHeaderBytes, recordHeaderBytes + length);
      this.#pending = this.#pending.subarray(recordHeaderBytes + length);
      const read = this.#take(fragment);
      if (read !== 'incomplete') return read;
    }
    return 'incomplete';
  }

  #take(fragment: Buffer): ClientHello | 'incomplete' | 'malformed' {
    this.#fragments.push(fragment);
    this.#collected += fragment.length;
    if (this.#collected < messageHeaderBytes) return 'incomplete';
    if (this.#wanted === undefined) {
      const start = Buffer.concat(this.#fragments);
      if (start.readUInt8(0) !== clientHelloMessage) return 'malformed';
      this.#wanted = messageHeaderBytes + start.readUIntBE(1, 3);
      if (this.#wanted > helloBytesMax) return 'malformed';
    }
    if (this.#collected < this.#wanted) return 'incomplete';
    const message = Buffer.concat(this.#fragments).subarray(messageHeaderBytes, this.#wanted);
    return parseClientHello(message);
  }
}

/** Walks length-prefixed fields; reading past the end throws, which is caught in one place. */
class Cursor {
  readonly #bytes: Buffer;
  #position = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#position >= this.#bytes.length;
  }

  take(length: number): Buffer {
    const end = this.#position + length;
    if (end > this.#bytes.length) throw new RangeError('field runs past its end');
    const field = this.#bytes.subarray(this.#position, end);
    this.#position = end;
    return field;
  }

  number(bytes: 1 | 2): number {
    return this.take(bytes).readUIntBE(0, bytes);
  }

  vector(lengthBytes: 1 | 2): Buffer {
    return this.take(this.number(lengthBytes));
  }
}

const versionAndRandomBytes = 34;
const serverNameExtension = 0;
const protocolsExtension = 16;
const hostNameType = 0;

function parseClientHello(message: Buffer): ClientHello | 'malformed' {
  try {
    const cursor = new Cursor(message);
    cursor.take(versionAndRandomBytes);
    cursor.vector(1); // Session.
    cursor.vector(2); // Cipher suites.
    cursor.vector(1); // Compression methods.
    return readExtensions(cursor.done ? Buffer.alloc(0) : cursor.vector(2));
  } catch (error) {
    if (error instanceof RangeError) return 'malformed';
    throw error;
  }
}

function readExtensions(bytes: Buffer): ClientHello {
  let serverName: string | undefined;
  let protocols: string[] = [];
  for (const cursor = new Cursor(bytes); !cursor.done; ) {
    const type = cursor.number(2);
    const content = new Cursor(cursor.vector(2));
    if (type === serverNameExtension) serverName = readServerName(content);
    else if (type === protocolsExtension) protocols = readProtocols(content);
  }
  return { serverName, protocols };
}

function readServerName(extension: Cursor): string | undefined {
  for (const names = new Cursor(extension.vector(2)); !names.done; ) {
    const type = names.number(1);
    const name = names.vector(2);
    if (type === hostNameType) return name.toString('latin1').toLowerCase().replace(/\.$/, '') || undefined;
  }
  return undefined;
}

function readProtocols(extension: Cursor): string[] {
  const protocols: string[] = [];
  for (const names = new Cursor(extension.vector(2)); !names.done; )
    protocols.push(names.vector(1).toString('latin1'));
  return protocols;
}

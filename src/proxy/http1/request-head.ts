import { CR, LF, SPACE, TARGET, TOKEN } from './characters.ts';
import { CLOSING, connectionTokens, keepsAlive, namedFields } from './connection-field.ts';
import { FieldScanner, INCOMPLETE, MALFORMED } from './field-scanner.ts';
import type { Framing } from './incoming-body.ts';
import { NameTable } from './name-table.ts';

const framing = [
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'expect',
  'upgrade',
  'te',
  'trailer',
];
const hopByHop = ['keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization'];
/** What only a trusted client may say. */
export const managedFields: readonly string[] = [
  'x-forwarded-proto',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-server',
  'x-forwarded-uri',
  'x-forwarded-method',
  'x-forwarded-prefix',
  'x-forwarded-tls-client-cert',
  'x-forwarded-tls-client-cert-info',
  'x-real-ip',
];
export const uplinkField = 'fairlead-uplink';
const names = [...framing, ...hopByHop, ...managedFields, uplinkField];
const HOST = names.indexOf('host');
const LENGTH = names.indexOf('content-length');
const CODING = names.indexOf('transfer-encoding');
const CONNECTION = names.indexOf('connection');
const EXPECT = names.indexOf('expect');
const UPGRADE = names.indexOf('upgrade');
const TE = names.indexOf('te');
const TRAILER = names.indexOf('trailer');
const UPLINK = names.indexOf(uplinkField);
const PROXY_CONNECTION = names.indexOf('proxy-connection');
const scanner = new FieldScanner(names);
const chunked = new NameTable(['chunked']);
const keepOrClose = new NameTable(['keep-alive', 'close']);
const none: readonly string[] = [];

/**
 * What is believed besides the plain fields: nothing, X-Forwarded-* (`client`), the uplink header, both
 * (`parent`).
 */
export type Trust = 'nobody' | 'client' | 'uplink' | 'parent';
const always = [...framing, ...hopByHop, uplinkField];
const cuts: Readonly<Record<Trust, Uint8Array>> = {
  nobody: cutting([...always, ...managedFields]),
  client: cutting(always),
  uplink: cutting([...always, ...managedFields]),
  parent: cutting(always),
};

/** `reg-name`, an address or one in brackets, and a port; nobody knows what anything else would mean. */
export const HOST_VALUE = /^(?:[\w\-.~!$&'()*+,;=%]*|\[[\da-fA-F:.%\w\-~]+\])(?::\d*)?$/;
const ABSOLUTE = /^https?:\/\/([^/?#]*)([^?]*)(\?.*)?$/i;
const VERSION = /^HTTP\/\d\.\d$/;
const HTTP_1 = Buffer.from('HTTP/1.');
const HTTP = Buffer.from('HTTP');
const SLASH = 0x2f;
const versionBytes = 'HTTP/1.x\r\n'.length;
const TRAILERS = /(?:^|,)\s*trailers\s*(?:,|;|$)/i;
/** A switch to HTTP/2 in clear would carry requests past every rule and middleware. */
const H2C = /(?:^|,)\s*h2c\s*(?:,|$)/i;

/** Instead of a status: the client does not speak HTTP, and would not understand an answer in it. */
export const NO_ANSWER = 444;

/** The status to refuse with, as a negative number; `INCOMPLETE` keeps its meaning. */
function refusal(status: number): number {
  return -status;
}

/**
 * The head of a request, read strictly: what two readers could take differently is refused. There is one per
 * thread, good until the next `read`: no object is made for a request that goes straight through.
 */
export class RequestHead {
  method = '';
  version: '1.0' | '1.1' = '1.1';
  /** As it stood in an origin-form target, uncleaned. */
  path = '';
  /** With its `?`, or `''`. */
  query = '';
  host = '';
  /** Lines of all fields that may be sent on. */
  lines = '';
  framing: Framing = 0;
  keepAlive = true;
  /** Tokens of `Connection` that name fields, lower-case. */
  connection: readonly string[] = [];
  upgrade: string | undefined;
  uplink: string | undefined;
  expectsContinue = false;
  underscored = false;
  readonly forwardedFor = undefined;
  #bytes: Buffer = Buffer.alloc(0);
  /** Most requests ask for the host of the one before. */
  #lastHost = '';
  #lastHostBytes = Buffer.alloc(0);

  /** Gives the offset behind the head, `INCOMPLETE`, or the negative status to refuse with. */
  read(bytes: Buffer, from: number, end: number, trust: Trust): number {
    this.#bytes = bytes;
    const fields = this.#readLine(from, end);
    if (fields < 0) return fields;
    const after = scanner.scan(bytes, fields, end, cuts[trust]);
    if (after < 0) return after === MALFORMED ? refusal(400) : after;
    const status = this.#readFraming() || this.#readHost() || this.#readExpect();
    if (status !== 0) return refusal(status);
    this.underscored = scanner.underscored;
    this.lines = scanner.lines(bytes);
    const asks = scanner.counts[UPLINK]! > 0 && (trust === 'uplink' || trust === 'parent');
    this.uplink = asks ? this.#value(UPLINK) : undefined;
    this.#readConnection();
    this.#addKept();
    return after;
  }

  /** Gives the offset of the first field, or as `read`. */
  #readLine(from: number, end: number): number {
    const bytes = this.#bytes;
    let at = from;
    while (at < end && TOKEN[bytes[at]!] === 1) at++;
    if (at === end) return INCOMPLETE;
    if (at === from || bytes[at] !== SPACE) return refusal(400);
    const target = at + 1;
    at = target;
    while (at < end && TARGET[bytes[at]!] === 1) at++;
    if (at === end) return INCOMPLETE;
    if (at === target || bytes[at] !== SPACE) return refusal(400);
    const short = at + 1 + versionBytes > end;
    const status = short ? this.#incompleteVersion(at + 1, end) : this.#readVersion(at + 1);
    if (status === INCOMPLETE) return INCOMPLETE;
    if (status !== 0) return refusal(this.#looksLikeHttp(target, at) ? status : NO_ANSWER);
    this.method = this.#method(from, target - 1);
    return this.#readTarget(bytes.latin1Slice(target, at)) ? at + 1 + versionBytes : refusal(400);
  }

  /** A line that is already over, or holds what no version has, needs no more bytes to be refused. */
  #incompleteVersion(from: number, end: number): number {
    let at = from;
    while (at < end && TARGET[this.#bytes[at]!] === 1) at++;
    const whole = at === end || (at === end - 1 && this.#bytes[at] === CR && at - from === 8);
    return whole ? INCOMPLETE : 400;
  }

  /** Whoever sends neither a path nor a version speaks something else. */
  #looksLikeHttp(target: number, end: number): boolean {
    const bytes = this.#bytes;
    return bytes[target] === SLASH || startsWith(bytes, end + 1, HTTP);
  }

  #readVersion(at: number): number {
    const bytes = this.#bytes;
    if (bytes[at + 8] !== CR || bytes[at + 9] !== LF) return 400;
    const minor = startsWith(bytes, at, HTTP_1) ? bytes[at + 7] : undefined;
    if (minor === 0x31) this.version = '1.1';
    else if (minor === 0x30) this.version = '1.0';
    else return VERSION.test(bytes.latin1Slice(at, at + 8)) ? 505 : 400;
    return 0;
  }

  #method(from: number, to: number): string {
    const bytes = this.#bytes;
    if (to - from === 3 && bytes[from] === 0x47 && bytes[from + 1] === 0x45 && bytes[from + 2] === 0x54)
      return 'GET';
    return bytes.latin1Slice(from, to);
  }

  /** An absolute target names the host itself, which then counts (RFC 9112, 3.2.2). */
  #readTarget(target: string): boolean {
    this.host = '';
    if (target.charCodeAt(0) === 0x2f) {
      const mark = target.indexOf('?');
      this.path = mark === -1 ? target : target.slice(0, mark);
      this.query = mark === -1 ? '' : target.slice(mark);
      return true;
    }
    const parts = ABSOLUTE.exec(target);
    this.host = parts?.[1] ?? '';
    this.path = parts?.[2] ?? target;
    this.query = parts?.[3] ?? '';
    if (parts !== null) return this.host !== '' && HOST_VALUE.test(this.host);
    return (
      (target === '*' && this.method === 'OPTIONS') || (this.method === 'CONNECT' && HOST_VALUE.test(target))
    );
  }

  /** The status to refuse with, or 0. */
  #readFraming(): number {
    const { counts } = scanner;
    this.framing = 0;
    if (counts[CODING]! > 0) {
      if (counts[LENGTH]! > 0 || this.version === '1.0') return 400;
      if (counts[CODING]! > 1 || !scanner.isExactly(this.#bytes, CODING, chunked)) return 501;
      this.framing = 'chunked';
    } else if (counts[LENGTH]! > 0) {
      const length = counts[LENGTH] === 1 ? scanner.bodyLength(this.#bytes, LENGTH) : undefined;
      if (length === undefined) return 400;
      this.framing = length;
    }
    return 0;
  }

  #readHost(): number {
    const count = scanner.counts[HOST]!;
    if (count > 1 || (count === 0 && this.version === '1.1')) return 400;
    if (count === 0) return 0;
    if (!scanner.isSame(this.#bytes, HOST, this.#lastHostBytes)) {
      const host = this.#value(HOST);
      if (!HOST_VALUE.test(host)) return 400;
      this.#lastHost = host;
      this.#lastHostBytes = Buffer.from(host, 'latin1');
    }
    if (this.host === '') this.host = this.#lastHost;
    return 0;
  }

  #readExpect(): number {
    this.expectsContinue = false;
    const count = scanner.counts[EXPECT]!;
    if (count === 0) return 0;
    if (count > 1 || this.#value(EXPECT).toLowerCase() !== '100-continue') return 417;
    this.expectsContinue = this.version === '1.1' && this.framing !== 0;
    return 0;
  }

  #readConnection(): void {
    const { counts } = scanner;
    this.keepAlive = this.version === '1.1';
    this.upgrade = undefined;
    this.connection = none;
    if (counts[CONNECTION]! > 0) this.#readGiven();
    if (counts[PROXY_CONNECTION]! > 0) this.keepAlive &&= !CLOSING.test(this.#values(PROXY_CONNECTION));
  }

  #readGiven(): void {
    const { counts } = scanner;
    const usual = counts[CONNECTION] === 1 ? scanner.findValue(this.#bytes, CONNECTION, keepOrClose) : -1;
    if (usual === -1) this.#readTokens();
    else this.keepAlive = usual === 0;
  }

  #readTokens(): void {
    const { counts } = scanner;
    const tokens = connectionTokens(this.#values(CONNECTION));
    this.keepAlive = keepsAlive(tokens, this.keepAlive);
    if (tokens.includes('upgrade') && counts[UPGRADE] === 1 && this.version === '1.1') {
      const protocol = this.#value(UPGRADE);
      if (!H2C.test(protocol)) this.upgrade = protocol;
    }
    this.connection = namedFields(tokens);
  }

  /** Hop-by-hop fields that are sent on all the same. */
  #addKept(): void {
    const { counts } = scanner;
    if (counts[TE]! > 0 && TRAILERS.test(this.#values(TE))) this.lines += 'Te: trailers\r\n';
    if (counts[TRAILER]! > 0 && this.framing === 'chunked') {
      this.lines += `Trailer: ${this.#values(TRAILER)}\r\n`;
    }
    if (this.expectsContinue) this.lines += 'Expect: 100-continue\r\n';
  }

  #value(id: number): string {
    return scanner.value(this.#bytes, id);
  }

  #values(id: number): string {
    return scanner.values(this.#bytes, id);
  }
}

function cutting(cut: readonly string[]): Uint8Array {
  return Uint8Array.from(names, (name) => (cut.includes(name) ? 1 : 0));
}

function startsWith(bytes: Buffer, at: number, prefix: Buffer): boolean {
  for (let index = 0; index < prefix.length; index++) if (bytes[at + index] !== prefix[index]) return false;
  return true;
}

import { CR, LF, SPACE, VALUE } from './characters.ts';
import { CLOSING, connectionTokens, keepsAlive, namedFields } from './connection-field.ts';
import { FieldScanner, INCOMPLETE, MALFORMED } from './field-scanner.ts';
import type { Framing } from './incoming-body.ts';
import { NameTable } from './name-table.ts';

const names = [
  'connection',
  'transfer-encoding',
  'content-length',
  'keep-alive',
  'upgrade',
  'te',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'trailer',
];
const CONNECTION = names.indexOf('connection');
const CODING = names.indexOf('transfer-encoding');
const LENGTH = names.indexOf('content-length');
const KEEP_ALIVE = names.indexOf('keep-alive');
const UPGRADE = names.indexOf('upgrade');
const TRAILER = names.indexOf('trailer');
const PROXY_CONNECTION = names.indexOf('proxy-connection');
const scanner = new FieldScanner(names);
const chunked = new NameTable(['chunked']);
const keepOrClose = new NameTable(['keep-alive', 'close']);
const none: readonly string[] = [];
const cut = Uint8Array.from(names, () => 1);
/** Without a body the length is news about what a GET would bring. */
const cutBodiless = Uint8Array.from(names, (name) => (name === 'content-length' ? 0 : 1));

const START = Buffer.from('HTTP/1.');
const statusStart = 'HTTP/1.1 '.length;
const TIMEOUT = /(?:^|[,;\s])timeout\s*=\s*"?(\d{1,6})/i;

/**
 * The head of a response, read as strictly as that of a request. One per thread, good until the next
 * `read`.
 */
export class ResponseHead {
  status = 0;
  lines = '';
  framing: Framing = 0;
  keepAlive = true;
  /** The server has said after how many seconds it closes an idle connection. */
  idleSeconds: number | undefined;
  /** Where the server switches to after a 101. */
  upgrade: string | undefined;
  connection: readonly string[] = [];
  #bytes: Buffer = Buffer.alloc(0);
  #minor = 1;

  /** Gives the offset behind the head, `INCOMPLETE` or `MALFORMED`. `toHead`: the request was a HEAD. */
  read(bytes: Buffer, from: number, end: number, toHead: boolean): number {
    this.#bytes = bytes;
    const fields = this.#readLine(from, end);
    if (fields < 0) return fields;
    const bodiless = toHead || this.status < 200 || this.status === 204 || this.status === 304;
    const after = scanner.scan(bytes, fields, end, bodiless ? cutBodiless : cut);
    if (after < 0) return after;
    const framed = this.#readFraming();
    if (!framed && (!bodiless || this.status < 200)) return MALFORMED;
    // Nobody else shall have to make sense of it.
    if (!framed) scanner.scan(bytes, fields, end, cut);
    if (bodiless) this.framing = 0;
    this.lines = scanner.lines(bytes);
    this.#readConnection();
    // Contradictory lengths of a body that is not there frame nothing, but such a server is not trusted further.
    this.keepAlive &&= framed;
    if (this.#isLastInterim()) return MALFORMED;
    this.#addKept();
    return after;
  }

  #readLine(from: number, end: number): number {
    const bytes = this.#bytes;
    let at = from;
    for (; at < from + START.length && at < end; at++) if (bytes[at] !== START[at - from]) return MALFORMED;
    if (from + statusStart + 3 >= end) return INCOMPLETE;
    this.#minor = bytes[at]! - 0x30;
    if (this.#minor !== 0 && this.#minor !== 1) return MALFORMED;
    at = from + statusStart;
    if (bytes[at - 1] !== SPACE) return MALFORMED;
    this.status = number3(bytes, at);
    at += 3;
    if (this.status < 100 || (bytes[at] !== SPACE && bytes[at] !== CR)) return MALFORMED;
    while (at < end && VALUE[bytes[at]!] === 1) at++;
    if (at + 1 >= end) return at === end || bytes[at] === CR ? INCOMPLETE : MALFORMED;
    return bytes[at] === CR && bytes[at + 1] === LF ? at + 2 : MALFORMED;
  }

  #readFraming(): boolean {
    const { counts } = scanner;
    this.framing = 'until-close';
    if (counts[CODING]! > 0) {
      this.framing = 'chunked';
      return (
        counts[CODING] === 1 &&
        counts[LENGTH] === 0 &&
        this.#minor === 1 &&
        scanner.isExactly(this.#bytes, CODING, chunked)
      );
    }
    if (counts[LENGTH]! > 0) {
      const length = counts[LENGTH] === 1 ? scanner.bodyLength(this.#bytes, LENGTH) : undefined;
      if (length === undefined) return false;
      this.framing = length;
    }
    return true;
  }

  #readConnection(): void {
    const { counts } = scanner;
    this.keepAlive = this.#minor === 1;
    this.connection = none;
    this.upgrade = undefined;
    this.idleSeconds = undefined;
    if (counts[KEEP_ALIVE]! > 0) {
      const seconds = TIMEOUT.exec(scanner.values(this.#bytes, KEEP_ALIVE));
      if (seconds !== null) this.idleSeconds = Number(seconds[1]);
    }
    if (counts[UPGRADE]! > 0) this.upgrade = scanner.values(this.#bytes, UPGRADE);
    if (counts[CONNECTION]! > 0) this.#readGiven();
    if (counts[PROXY_CONNECTION]! > 0) {
      this.keepAlive &&= !CLOSING.test(scanner.values(this.#bytes, PROXY_CONNECTION));
    }
  }

  #readGiven(): void {
    const { counts } = scanner;
    const usual = counts[CONNECTION] === 1 ? scanner.findValue(this.#bytes, CONNECTION, keepOrClose) : -1;
    if (usual === -1) this.#readTokens(scanner.values(this.#bytes, CONNECTION));
    else this.keepAlive = usual === 0;
  }

  /** Announces an answer, and that none will come. */
  #isLastInterim(): boolean {
    return this.status < 200 && this.status !== 101 && !this.keepAlive;
  }

  #readTokens(list: string): void {
    const tokens = connectionTokens(list);
    this.keepAlive = keepsAlive(tokens, this.keepAlive);
    this.connection = namedFields(tokens);
  }

  #addKept(): void {
    if (scanner.counts[TRAILER]! > 0 && this.framing === 'chunked') {
      this.lines += `Trailer: ${scanner.values(this.#bytes, TRAILER)}\r\n`;
    }
  }
}

/** Three digits, or a negative number. */
function number3(bytes: Buffer, at: number): number {
  let value = 0;
  for (let index = at; index < at + 3; index++) {
    const digit = bytes[index]! - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

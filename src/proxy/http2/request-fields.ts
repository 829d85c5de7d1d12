import { canonicalHost } from '../../rules/path/canonical-host.ts';
import { HOST_VALUE, type Trust } from '../http1/request-head.ts';
import type { ReceivedHead } from '../received-head.ts';
import type { FieldList } from './field-list.ts';
import type { HeaderField } from './hpack/header-field.ts';
import { JoinedLines } from './joined-lines.ts';
import { ToldFields } from './told-fields.ts';

const none: readonly string[] = [];
/** Always our own. */
const SERVER = 'x-forwarded-server';

/**
 * The head of a request in HTTP/2, read as strictly as in HTTP/1. One per thread, good until the next `read`.
 */
export class RequestFields implements ReceivedHead {
  readonly version = '2';
  readonly connection = none;
  method = '';
  path = '';
  query = '';
  host = '';
  lines = '';
  upgrade: string | undefined;
  uplink: string | undefined;
  underscored = false;
  /** The length of the body as far as it is told. */
  length: number | undefined;
  expectsContinue = false;
  priority: string | undefined;
  readonly #told = new ToldFields();
  readonly #sent = new JoinedLines();
  #authority: string | undefined;
  #hostField: string | undefined;
  #target: string | undefined;
  #scheme: string | undefined;
  #protocol: string | undefined;
  #cookies: string | undefined;
  #te = false;
  #trailer: string | undefined;
  #expects: string | undefined;
  /** A field has come that is none of the pseudo-fields, which have to stand before. */
  #plain = false;

  /** 0, the status to refuse with, or `undefined` when this is no request at all (RFC 9113, 8.1.1). */
  read(fields: FieldList, { trust, endStream }: { trust: Trust; endStream: boolean }): number | undefined {
    this.#reset();
    const believesClient = trust === 'client' || trust === 'parent';
    const believesUplink = trust === 'uplink' || trust === 'parent';
    for (let index = 0; index < fields.length; index++) {
      const field = fields.at(index);
      switch (field.kind) {
        case 'plain':
          this.#plain = true;
          this.#sent.add(field);
          break;
        case 'managed':
          this.#plain = true;
          if (believesClient && field.name !== SERVER && !this.#told.add(field)) this.#sent.add(field);
          break;
        case 'uplink':
          this.#plain = true;
          if (believesUplink) this.uplink = field.value;
          break;
        default:
          if (!this.#special(field)) return undefined;
      }
    }
    return this.#finish(endStream);
  }

  get forwardedFor(): string | undefined {
    return this.#told.complete ? this.#told.forwardedFor : undefined;
  }

  #reset(): void {
    this.#told.clear();
    this.#sent.clear();
    this.method = '';
    this.upgrade = undefined;
    this.uplink = undefined;
    this.underscored = false;
    this.length = undefined;
    this.priority = undefined;
    this.#authority = undefined;
    this.#hostField = undefined;
    this.#target = undefined;
    this.#scheme = undefined;
    this.#protocol = undefined;
    this.#cookies = undefined;
    this.#te = false;
    this.#trailer = undefined;
    this.#expects = undefined;
    this.#plain = false;
  }

  /** False: it may not stand here. */
  #special(field: HeaderField): boolean {
    const { kind, name, value } = field;
    if (name.charCodeAt(0) === 0x3a) return !this.#plain && this.#pseudo(kind, value);
    this.#plain = true;
    switch (kind) {
      case 'underscored':
        this.underscored = true;
        this.#sent.add(field);
        return true;
      case 'host':
        if (this.#hostField !== undefined) return false;
        this.#hostField = value;
        return true;
      case 'cookie':
        // A client may cut it up to compress it better; servers expect it in one.
        this.#cookies = this.#cookies === undefined ? value : `${this.#cookies}; ${value}`;
        return true;
      case 'content-length':
        if (this.length !== undefined || field.number === -1) return false;
        this.length = field.number;
        return true;
      case 'te':
        if (value.toLowerCase() !== 'trailers') return false;
        this.#te = true;
        return true;
      case 'trailer':
        this.#trailer = this.#trailer === undefined ? value : `${this.#trailer}, ${value}`;
        return true;
      case 'expect':
        this.#expects = this.#expects === undefined ? value : `${this.#expects}, ${value}`;
        return true;
      case 'priority':
        this.priority = this.priority === undefined ? value : `${this.priority}, ${value}`;
        this.#sent.add(field);
        return true;
      case 'hop':
        return true;
      default:
        return false;
    }
  }

  /** Each may be there once. */
  #pseudo(kind: HeaderField['kind'], value: string): boolean {
    switch (kind) {
      case 'method':
        if (this.method !== '') return false;
        this.method = value;
        return true;
      case 'path':
        if (this.#target !== undefined) return false;
        this.#target = value;
        return true;
      case 'authority':
        if (this.#authority !== undefined) return false;
        this.#authority = value;
        return true;
      case 'scheme':
        if (this.#scheme !== undefined) return false;
        this.#scheme = value;
        return true;
      case 'protocol':
        if (this.#protocol !== undefined) return false;
        this.#protocol = value;
        return true;
      default:
        return false;
    }
  }

  #finish(endStream: boolean): number | undefined {
    if (!this.#isWhole(endStream)) return undefined;
    if (this.method === 'CONNECT' && this.#protocol !== 'websocket') return 501;
    if (!this.#readHost() || !this.#readTarget(this.#target ?? '')) return 400;
    if (this.#expects !== undefined && this.#expects.toLowerCase() !== '100-continue') return 417;
    if (this.#protocol !== undefined) this.#becomeUpgrade(this.#protocol);
    this.expectsContinue = this.#expects !== undefined && !endStream && this.length !== 0;
    this.#addKept(endStream);
    return 0;
  }

  /** All pseudo-fields are there that belong together, and no others (RFC 9113, 8.3.1 and 8.5). */
  #isWhole(endStream: boolean): boolean {
    if (endStream && (this.length ?? 0) > 0) return false;
    const located = this.#target !== undefined && this.#scheme !== undefined;
    if (this.method !== 'CONNECT') return this.method !== '' && located && this.#protocol === undefined;
    if (this.#protocol !== undefined) return located;
    return this.#authority !== undefined && this.#target === undefined && this.#scheme === undefined;
  }

  /** To everybody behind, an extended CONNECT (RFC 8441) is what HTTP/1 would have asked. */
  #becomeUpgrade(protocol: string): void {
    this.method = 'GET';
    this.upgrade = protocol;
  }

  /** Where both fields say it they must agree, except for the port, of which one may be silent. */
  #readHost(): boolean {
    const host = this.#authority || this.#hostField;
    // Whatever was good the last time is so again.
    if (!host || (host !== this.host && !HOST_VALUE.test(host))) return false;
    this.host = host;
    return this.#hostField === undefined || canonicalHost(this.#hostField) === canonicalHost(host);
  }

  #readTarget(target: string): boolean {
    const mark = target.indexOf('?');
    this.path = mark === -1 ? target : target.slice(0, mark);
    this.query = mark === -1 ? '' : target.slice(mark);
    return target.charCodeAt(0) === 0x2f || (target === '*' && this.method === 'OPTIONS');
  }

  #addKept(endStream: boolean): void {
    this.lines = this.#sent.text;
    if (!this.#told.complete) this.lines += this.#told.lines;
    if (this.#te) this.lines += 'te: trailers\r\n';
    if (this.#cookies !== undefined) this.lines += `cookie: ${this.#cookies}\r\n`;
    if (this.#trailer !== undefined && !endStream && this.length === undefined) {
      this.lines += `trailer: ${this.#trailer}\r\n`;
    }
    if (this.expectsContinue) this.lines += 'expect: 100-continue\r\n';
  }
}

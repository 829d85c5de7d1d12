import type { Client } from '../model/exchange.ts';
import { fieldLine, HeaderBlock } from './header-block.ts';
import type { HttpSettings } from './http-settings.ts';
import { managedFields } from './http1/request-head.ts';
import type { ReceivedHead } from './received-head.ts';
import { RecurringLines } from './recurring-lines.ts';

/**
 * What the servers are told of the client: X-Forwarded-*, X-Real-Ip. One per connection, since nearly all of
 * it is the same for each of its requests.
 */
export class ForwardedFields {
  readonly #client: Client;
  readonly #settings: HttpSettings;
  #host: string | undefined;
  /** What is added to each request for that host; where the client is believed, to each. */
  #lines = '';
  /** What came the last time, and what became of it; recurring when it has come twice. */
  #received: string | undefined;
  #added = '';
  #completed: RecurringLines | undefined;

  constructor(client: Client, settings: HttpSettings) {
    this.#client = client;
    this.#settings = settings;
  }

  /** For a client that is not believed: its own fields of these names have been cut already. */
  replace(head: ReceivedHead): HeaderBlock {
    const headers = this.#joined(head.lines, this.#linesFor(head));
    if (head.underscored) dropLookalikes(headers);
    return headers;
  }

  /** For a client that is believed: adds only what is missing. */
  complete(head: ReceivedHead): HeaderBlock {
    if (head.forwardedFor !== undefined) return this.#told(head, head.forwardedFor);
    const headers = new HeaderBlock(head.lines);
    for (const [name, value] of this.#fields(head, headers.get('X-Forwarded-Proto'))) {
      if (!headers.get(name)) headers.set(name, value);
    }
    headers.set('X-Forwarded-Server', this.#settings.hostName);
    const lists = headers.getAll('X-Forwarded-For').filter((list) => list !== '');
    if (lists.length === 0) headers.delete('X-Forwarded-For');
    else headers.set('X-Forwarded-For', lists.join(', '));
    this.#addScheme(headers);
    return headers;
  }

  /** A parent's list is kept apart: its end is the client. */
  #told({ lines, uplink }: ReceivedHead, forwardedFor: string): HeaderBlock {
    this.#lines ||= fieldLine('X-Forwarded-Server', this.#settings.hostName);
    const headers = this.#joined(lines, this.#lines);
    this.#addScheme(headers);
    if (uplink === undefined) headers.append('X-Forwarded-For', forwardedFor);
    return headers;
  }

  #joined(received: string, added: string): HeaderBlock {
    if (received !== this.#received || added !== this.#added) {
      this.#received = received;
      this.#added = added;
      this.#completed = undefined;
      return new HeaderBlock(received + added);
    }
    this.#completed ??= new RecurringLines(received + added);
    return new HeaderBlock(this.#completed);
  }

  #linesFor(head: ReceivedHead): string {
    if (head.upgrade !== undefined) return this.#fresh(head);
    if (head.host !== this.#host) {
      this.#lines = this.#fresh(head);
      this.#host = head.host;
    }
    return this.#lines;
  }

  #fresh(head: ReceivedHead): string {
    const headers = new HeaderBlock();
    for (const [name, value] of this.#fields(head, undefined)) headers.append(name, value);
    headers.append('X-Forwarded-Server', this.#settings.hostName);
    this.#addScheme(headers);
    return headers.lines;
  }

  #addScheme(headers: HeaderBlock): void {
    if (!this.#settings.forwarded.schemeHeaders) return;
    const scheme = headers.get('X-Forwarded-Proto') ?? '';
    headers.set('X-Forwarded-Scheme', scheme);
    headers.set('X-Scheme', scheme);
  }

  #fields(head: ReceivedHead, givenScheme: string | undefined): [string, string][] {
    const encrypted = this.#client.tls !== undefined;
    const webSocket = head.upgrade?.toLowerCase() === 'websocket';
    const scheme = givenScheme || `${webSocket ? 'ws' : 'http'}${encrypted ? 's' : ''}`;
    const fields: [string, string][] = [
      ['X-Real-Ip', this.#client.address],
      ['X-Forwarded-Proto', scheme],
      ['X-Forwarded-Port', portOf(head.host) ?? (encrypted || /^(?:https|wss)$/.test(scheme) ? '443' : '80')],
    ];
    if (head.host !== '') fields.push(['X-Forwarded-Host', head.host]);
    return fields;
  }
}

function portOf(host: string): string | undefined {
  return /:(\d+)$/.exec(host)?.[1];
}

/** Servers that read `_` as `-` must not be told what a stranger says. */
function dropLookalikes(headers: HeaderBlock): void {
  for (const [name] of [...headers]) {
    const meant = name.replaceAll('_', '-').toLowerCase();
    if (meant !== name.toLowerCase() && managedFields.includes(meant)) headers.delete(name);
  }
}

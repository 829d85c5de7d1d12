import type { Client } from '../../model/exchange.ts';
import { cleanPath } from '../../rules/path/clean-path.ts';
import { cleanQuery } from '../../rules/path/clean-query.ts';
import type { ForwardedFields } from '../forwarded-fields.ts';
import type { HeaderBlock } from '../header-block.ts';
import { HttpRequest } from '../http-request.ts';
import type { HttpSettings } from '../http-settings.ts';
import type { ReceivedHead } from '../received-head.ts';
import { managedFields, type Trust } from './request-head.ts';

/** What is believed of a client on this entry point. */
export function trust(client: Client, settings: HttpSettings): Trust {
  const { insecure, trusts } = settings.forwarded;
  const believed = insecure || trusts(client.address) || (settings.uplink && client.tls?.verified === true);
  if (settings.uplink) return believed ? 'parent' : 'uplink';
  return believed ? 'client' : 'nobody';
}

export interface Acceptance {
  readonly head: ReceivedHead;
  readonly settings: HttpSettings;
  readonly forwarded: ForwardedFields;
  readonly trust: Trust;
}

/** A well-formed head as a request, or the status to refuse it with. */
export function acceptRequest({ head, settings, forwarded, trust }: Acceptance): HttpRequest | number {
  if (head.method === 'CONNECT') return 501;
  if (head.underscored && settings.underscores === 'reject') return 400;
  const path = cleanPath(head.path, settings.sanitizePath);
  if (path === undefined) return 400;
  const believed = trust === 'client' || trust === 'parent';
  const headers = believed ? forwarded.complete(head) : forwarded.replace(head);
  if (head.underscored && settings.underscores === 'delete') dropUnderscored(headers);
  return new HttpRequest({
    method: head.method,
    version: head.version,
    path,
    query: cleanQuery(head.query, settings.encodeQuerySemicolons),
    host: head.host,
    headers,
    upgrade: head.upgrade,
    uplink: head.uplink,
    forwardedFor: head.uplink === undefined ? undefined : head.forwardedFor,
    hopFields: head.connection.length === 0 ? undefined : dropNamed(head, headers, settings),
    appendForwardedFor: settings.forwarded.append,
  });
}

function dropUnderscored(headers: HeaderBlock): void {
  for (const [name] of [...headers]) if (name.includes('_')) headers.delete(name);
}

/** Drops what `Connection` names; gives the names that are only dropped on the way to the server. */
function dropNamed(head: ReceivedHead, headers: HeaderBlock, settings: HttpSettings): readonly string[] {
  const names = head.connection.filter((name) => !managedFields.includes(name));
  const later = names.filter((name) => settings.forwarded.connection.includes(name));
  for (const name of names) if (!later.includes(name)) headers.delete(name);
  return later;
}

import { decodeTree } from '../config/decode.ts';
import { documentOf } from '../config/document.ts';
import { type ServersTransport, serversTransport } from '../routing/schema/servers-transport.ts';
import type { StaticConfiguration } from './static-options/static-configuration.ts';

/** How servers are reached for which nobody says otherwise: the static `serversTransport`. */
export function defaultTransport({ serversTransport: written }: StaticConfiguration): ServersTransport {
  const { insecureSkipVerify, rootCAs, maxIdleConnsPerHost, forwardingTimeouts } = written;
  const { dialTimeout, responseHeaderTimeout, idleConnTimeout } = forwardingTimeouts;
  const { value } = decodeTree(serversTransport, documentOf({ forwardingTimeouts: {} }, {}));
  const usual = value as ServersTransport;
  return {
    ...usual,
    insecureSkipVerify,
    rootCAs,
    maxIdleConnsPerHost,
    forwardingTimeouts: {
      ...(usual.forwardingTimeouts as NonNullable<ServersTransport['forwardingTimeouts']>),
      dialTimeout,
      responseHeaderTimeout,
      idleConnTimeout,
    },
  };
}

import type { Exchange } from '../../src/model/exchange.ts';
import { canonicalHost } from '../../src/rules/path/canonical-host.ts';
import { routingPath } from '../../src/rules/path/routing-path.ts';

interface RequestLike {
  method?: string;
  path?: string;
  query?: string;
  host?: string;
  headers?: readonly (readonly [name: string, value: string])[];
  address?: string;
}

/** As much of an exchange as rules look at. Header values are given as they stand on the wire. */
export function exchangeLike(request: RequestLike): Exchange {
  const { method = 'GET', path = '/', query = '', host = '', headers = [], address = '127.0.0.1' } = request;
  const getAll = (name: string) =>
    headers.filter(([field]) => field.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
  const parts = {
    client: { address },
    request: {
      method,
      path,
      query,
      host,
      canonicalHost: canonicalHost(host),
      routingPath: routingPath(path),
      headers: { get: (name: string) => getAll(name)[0], getAll },
    },
  };
  return parts as unknown as Exchange;
}

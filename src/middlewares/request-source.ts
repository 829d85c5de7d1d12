import type { Exchange } from '../model/exchange.ts';
import { type AddressStrategy, clientAddress } from './client-address.ts';

/** The shape of `sourceCriterion` in `source-options.ts`. */
export interface SourceCriterion {
  readonly ipStrategy?: AddressStrategy | undefined;
  readonly requestHeaderName: string;
  readonly requestHost: boolean;
}

/** Who a request counts for; undefined when no criterion is set. Throws an `Error` when there are several. */
export function requestSource(
  criterion: SourceCriterion | undefined,
): ((exchange: Exchange) => string) | undefined {
  if (!criterion) return undefined;
  const { ipStrategy, requestHeaderName, requestHost } = criterion;
  const set = [ipStrategy !== undefined, requestHeaderName !== '', requestHost].filter(Boolean);
  if (set.length > 1) {
    throw new Error('sourceCriterion: ipStrategy, requestHeaderName and requestHost are mutually exclusive');
  }
  if (ipStrategy) return clientAddress(ipStrategy);
  if (requestHost) return ({ request }) => request.host;
  if (requestHeaderName === '') return undefined;
  return ({ request }) => request.headers.get(requestHeaderName) ?? '';
}

import type { Exchange } from '../model/exchange.ts';
import {
  type AddressRange,
  anyRangeContains,
  ipv6Network,
  parseAddressRange,
} from '../support/address-range.ts';

/** How the address that counts is found; the shape of Traefik's `ipStrategy`. */
export interface AddressStrategy {
  readonly depth: number;
  readonly excludedIPs: readonly string[];
  readonly ipv6Subnet?: number | undefined;
}

export type ClientAddress = (exchange: Exchange) => string;

/**
 * The address of the client by a strategy; empty when the strategy finds none.
 *
 * X-Forwarded-For does not hold the last hop here: that is added when the request is forwarded.
 */
export function clientAddress(strategy: AddressStrategy | undefined): ClientAddress {
  if (!strategy) return (exchange) => exchange.client.address;
  const masked = maskTo(strategy.ipv6Subnet);
  if (strategy.depth > 0) return (exchange) => masked(entryFromRight(exchange, strategy.depth));
  if (strategy.excludedIPs.length > 0) {
    const excluded = addressRanges(strategy.excludedIPs);
    return (exchange) =>
      forwarded(exchange).findLast((address) => !anyRangeContains(excluded, address)) ?? '';
  }
  return (exchange) => masked(exchange.client.address);
}

/** Throws an `Error` that names the first text which is neither an address nor a range. */
export function addressRanges(texts: readonly string[]): AddressRange[] {
  return texts.map((text) => {
    const range = parseAddressRange(text.trim());
    if (!range) throw new Error(`"${text}" is neither an IP address nor a range in CIDR notation`);
    return range;
  });
}

function entryFromRight(exchange: Exchange, depth: number): string {
  return forwarded(exchange).at(-depth) ?? '';
}

function forwarded(exchange: Exchange): string[] {
  const line = exchange.request.headers.get('X-Forwarded-For');
  return line === undefined ? [] : line.split(',').map((entry) => entry.trim());
}

function maskTo(bits: number | undefined): (address: string) => string {
  return bits ? (address) => ipv6Network(address, bits) : (address) => address;
}

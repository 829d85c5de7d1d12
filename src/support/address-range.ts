import { isIPv4, isIPv6 } from 'node:net';

/** A single IP address or a CIDR block. */
export interface AddressRange {
  contains(address: string): boolean;
}

/** An address as numbers of 32 bits: one for IPv4 (also when written IPv4-mapped), four for IPv6. */
export type AddressWords = readonly number[];

/** Undefined when `text` is neither an address nor a block. Host bits behind the prefix are ignored. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const slash = text.indexOf('/');
  const base = addressWords(slash === -1 ? text : text.slice(0, slash));
  if (base === undefined) return undefined;
  const width = base.length * 32;
  const prefix = slash === -1 ? width : prefixLength(text, slash, width);
  return prefix === undefined ? undefined : new Block(base, prefix);
}

export function anyRangeContains(ranges: readonly AddressRange[], address: string): boolean {
  return ranges.some((range) => range.contains(address));
}

/** First address of the IPv6 block of `prefix` bits around `address`; other addresses as they are. */
export function ipv6Network(address: string, prefix: number): string {
  if (!isIPv6(address)) return address;
  const masked = words6(address).map((word, index) => (word & mask(prefix - index * 32)) >>> 0);
  return masked.map((word) => `${(word >>> 16).toString(16)}:${(word & 0xffff).toString(16)}`).join(':');
}

class Block implements AddressRange {
  readonly #base: AddressWords;
  readonly #masks: AddressWords;

  constructor(base: AddressWords, prefix: number) {
    this.#masks = base.map((_, index) => mask(prefix - index * 32));
    this.#base = base.map((word, index) => (word & this.#masks[index]!) >>> 0);
  }

  contains(address: string): boolean {
    const candidate = addressWords(address);
    if (candidate === undefined || candidate.length !== this.#base.length) return false;
    return this.#base.every((word, index) => (candidate[index]! & this.#masks[index]!) >>> 0 === word);
  }
}

function mask(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? 0xffffffff : (0xffffffff << (32 - bits)) >>> 0;
}

/** The prefix of an IPv4-mapped block is counted as written, in 128 bits. */
function prefixLength(text: string, slash: number, width: number): number | undefined {
  const digits = text.slice(slash + 1);
  if (!/^(?:0|[1-9]\d{0,2})$/.test(digits)) return undefined;
  const mapped = width === 32 && text.includes(':');
  const prefix = Number(digits) - (mapped ? 96 : 0);
  return prefix >= 0 && prefix <= width ? prefix : undefined;
}

/** Undefined when `address` is none, or has a zone. */
export function addressWords(address: string): AddressWords | undefined {
  if (isIPv4(address)) return [word4(address)];
  if (!isIPv6(address) || address.includes('%')) return undefined;
  const all = words6(address);
  const mapped = all[0] === 0 && all[1] === 0 && all[2] === 0xffff;
  return mapped ? [all[3]!] : all;
}

function word4(address: string): number {
  let word = 0;
  for (const part of address.split('.')) word = word * 256 + Number(part);
  return word;
}

function words6(address: string): AddressWords {
  const [head, tail] = address.split('::');
  const before = groups(head!);
  const after = tail === undefined ? [] : groups(tail);
  const all = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
  return [0, 2, 4, 6].map((index) => all[index]! * 0x10000 + all[index + 1]!);
}

/** Groups of 16 bits; an embedded IPv4 address makes two. */
function groups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const word = word4(group);
    return [word >>> 16, word & 0xffff];
  });
}

import type { Span } from '../frame.ts';
import { encodeHuffman, huffmanLength } from './huffman.ts';
import type { NameRule } from './name-rule.ts';

const stepBits = { remembered: 6, once: 4, secret: 4, dropped: 4 } as const;
const stepMark = { remembered: 0x40, once: 0x00, secret: 0x10, dropped: 0x00 } as const;

/** Up to here a loop writes faster than the call of something better. */
const loopMax = 64;
/** Blocks are made one at a time in a thread: all connections write here first. */
let block = Buffer.allocUnsafeSlow(8192);
let at = 0;
const written = { bytes: block, at: 0, end: 0 };

export function beginBlock(): void {
  at = 0;
}

/** The block; to be used before the next one begins. */
export function endBlock(): Span {
  written.bytes = block;
  written.end = at;
  return written;
}

/** A field that stands in one of the tables. */
export function writeIndexed(index: number): void {
  writeInteger(0x80, 7, index);
}

/** A field in letters, in one of the three ways that differ in what is remembered of it. */
export function writeLiteral({ name, index, treatment }: NameRule, value: string): void {
  writeInteger(stepMark[treatment], stepBits[treatment], index);
  const coded = treatment === 'remembered';
  if (index === 0) writeText(name, coded);
  writeText(value, coded);
}

/** A number that begins in the lowest `bits` of a byte. */
export function writeInteger(mark: number, bits: number, value: number): void {
  reserve(8);
  const mask = (1 << bits) - 1;
  if (value < mask) {
    block[at++] = mark | value;
    return;
  }
  block[at++] = mark | mask;
  let rest = value - mask;
  for (; rest >= 0x80; rest >>>= 7) block[at++] = (rest & 0x7f) | 0x80;
  block[at++] = rest;
}

/** The shorter code is worth its price only for what is written once and then remembered. */
function writeText(value: string, coded: boolean): void {
  const length = coded ? huffmanLength(value) : value.length;
  reserve(value.length + 8);
  if (length < value.length) {
    writeInteger(0x80, 7, length);
    at = encodeHuffman(value, block, at);
  } else {
    writeInteger(0, 7, value.length);
    if (value.length > loopMax) at += block.latin1Write(value, at);
    else for (let index = 0; index < value.length; index++) block[at++] = value.charCodeAt(index);
  }
}

function reserve(bytes: number): void {
  if (at + bytes <= block.length) return;
  const larger = Buffer.allocUnsafe((at + bytes) * 2);
  larger.set(block.subarray(0, at));
  block = larger;
}

declare global {
  interface Buffer {
    /** As `write(text, offset, 'latin1')` without the search for the encoding. */
    latin1Write(text: string, offset: number): number;
  }
}

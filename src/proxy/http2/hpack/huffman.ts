import { codeLengths, codes, endOfText } from './huffman-code.ts';

/** What a symbol of four bits does in each state: the next state, and the byte that is complete then. */
const next = new Int16Array(256 * 16);
const emitted = new Int16Array(256 * 16).fill(-1);
/** Where a text may end: what has been read of a code is at most seven bits of padding. */
const mayEnd = new Uint8Array(256);
const WRONG = -1;
buildMachine();

let scratch = Buffer.allocUnsafe(4096);

/** The text that `bytes` stand for, a character for each byte; undefined when they are no proper code. */
export function decodeHuffman(bytes: Uint8Array, from: number, to: number): string | undefined {
  // No code is shorter than five bits.
  const longest = Math.ceil(((to - from) * 8) / 5);
  if (longest > scratch.length) scratch = Buffer.allocUnsafe(longest * 2);
  let state = 0;
  let length = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    for (let half = 0; half < 2; half++) {
      const step = (state << 4) | (half === 0 ? byte >> 4 : byte & 15);
      state = next[step]!;
      if (state === WRONG) return undefined;
      if (emitted[step]! >= 0) scratch[length++] = emitted[step]!;
    }
  }
  return mayEnd[state] === 1 ? scratch.latin1Slice(0, length) : undefined;
}

/** How many bytes `encodeHuffman` will write. */
export function huffmanLength(text: string): number {
  let bits = 0;
  for (let index = 0; index < text.length; index++) bits += codeLengths[text.charCodeAt(index) & 0xff]!;
  return (bits + 7) >> 3;
}

/** Writes the code of a latin1 text and gives the offset behind it. */
export function encodeHuffman(text: string, target: Uint8Array, at: number): number {
  let offset = at;
  let held = 0;
  let bits = 0;
  for (let index = 0; index < text.length; index++) {
    const symbol = text.charCodeAt(index) & 0xff;
    let left = codeLengths[symbol]!;
    while (left > 0) {
      const taken = Math.min(left, 8 - bits);
      left -= taken;
      held = (held << taken) | ((codes[symbol]! >>> left) & ((1 << taken) - 1));
      bits += taken;
      if (bits === 8) {
        target[offset++] = held;
        held = 0;
        bits = 0;
      }
    }
  }
  if (bits > 0) target[offset++] = (held << (8 - bits)) | (0xff >> bits);
  return offset;
}

interface Node {
  readonly state: number;
  readonly symbol: number | undefined;
  readonly branches: [Node | undefined, Node | undefined];
}

function buildMachine(): void {
  let states = 0;
  const node = (symbol?: number): Node => ({
    state: symbol === undefined ? states++ : WRONG,
    symbol,
    branches: [undefined, undefined],
  });
  const root = node();
  for (let symbol = 0; symbol <= endOfText; symbol++) {
    let at = root;
    for (let bit = codeLengths[symbol]! - 1; bit >= 0; bit--) {
      const branch = (codes[symbol]! >>> bit) & 1;
      at = at.branches[branch] ??= node(bit === 0 ? symbol : undefined);
    }
  }
  visit(root, root);
  for (let at: Node | undefined = root, bits = 0; at !== undefined && bits < 8; at = at.branches[1], bits++) {
    mayEnd[at.state] = 1;
  }
}

function visit(at: Node, root: Node): void {
  if (at.symbol !== undefined) return;
  for (let nibble = 0; nibble < 16; nibble++) addStep(at, { nibble, root });
  for (const branch of at.branches) if (branch !== undefined) visit(branch, root);
}

function addStep(from: Node, { nibble, root }: { nibble: number; root: Node }): void {
  const step = (from.state << 4) | nibble;
  let at = from;
  for (let bit = 3; bit >= 0; bit--) {
    at = at.branches[(nibble >> bit) & 1]!;
    if (at.symbol === undefined) continue;
    // The end of the text as a symbol is an error.
    if (at.symbol === endOfText) break;
    emitted[step] = at.symbol;
    at = root;
  }
  next[step] = at.symbol === endOfText ? WRONG : at.state;
}

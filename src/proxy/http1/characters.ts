/** Which bytes may stand where in a head (RFC 9110 and 9112); a table answers faster than a comparison. */
export const CR = 0x0d;
export const LF = 0x0a;
export const SPACE = 0x20;
export const TAB = 0x09;
export const COLON = 0x3a;
export const UNDERSCORE = 0x5f;

/** 1 for a character of a name or method. */
export const TOKEN = table("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
/** 1 for a character of a field's value: all but controls. */
export const VALUE = range((byte) => byte === TAB || (byte >= SPACE && byte !== 0x7f));
/** 1 for a character of a request target; what a path may be made of is decided when it is cleaned. */
export const TARGET = range((byte) => byte > SPACE && byte !== 0x7f);
/** Letters in lower case, everything else as it is. */
export const LOWER = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte,
);

function table(characters: string): Uint8Array {
  return range((byte) => characters.includes(String.fromCharCode(byte)));
}

function range(accepts: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (accepts(byte) ? 1 : 0));
}

declare global {
  interface Buffer {
    /** As `toString('latin1', start, end)` without the search for the encoding. */
    latin1Slice(start: number, end: number): string;
  }
}

// Header fields and queries come from the wire as one character per byte; rules are written in Unicode.

const NOT_ASCII = /[\x80-\xff]/;

/** How a text of a rule looks on the wire. */
export function wireText(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** What a text from the wire says. */
export function readableText(wire: string): string {
  return NOT_ASCII.test(wire) ? Buffer.from(wire, 'latin1').toString('utf8') : wire;
}

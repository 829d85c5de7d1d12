import type { Addresses } from '../../model/stream.ts';
import { addressWords } from '../../support/address-range.ts';

const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const proxied = 0x21;
const local = 0x20;
const families = { 4: 0x11, 6: 0x21 };

/** The PROXY protocol header that tells a server who its client is. */
export function proxyHeader(version: 1 | 2, addresses: Addresses): Buffer {
  return version === 1 ? header1(addresses) : header2(addresses);
}

/** The same of a connection that has no client but ourselves. */
export function proxyHeaderOfOwn(version: 1 | 2): Buffer {
  if (version === 1) return Buffer.from('PROXY UNKNOWN\r\n', 'latin1');
  return Buffer.concat([signature, Buffer.of(local, 0, 0, 0)]);
}

function header1({ source, sourcePort, destination, destinationPort }: Addresses): Buffer {
  const mapped = source.includes(':') !== destination.includes(':');
  const written = (one: string) => (mapped && !one.includes(':') ? `::ffff:${one}` : one);
  const family = mapped || source.includes(':') ? 'TCP6' : 'TCP4';
  const places = `${written(source)} ${written(destination)} ${sourcePort} ${destinationPort}`;
  return Buffer.from(`PROXY ${family} ${places}\r\n`, 'latin1');
}

function header2({ source, sourcePort, destination, destinationPort }: Addresses): Buffer {
  const family = source.includes(':') || destination.includes(':') ? 6 : 4;
  const bytes = family === 4 ? 4 : 16;
  const header = Buffer.alloc(signature.length + 4 + 2 * bytes + 4);
  let at = signature.copy(header);
  at = header.writeUInt8(proxied, at);
  at = header.writeUInt8(families[family], at);
  at = header.writeUInt16BE(2 * bytes + 4, at);
  for (const one of [source, destination])
    for (const word of wordsOf(one, family)) at = header.writeUInt32BE(word, at);
  at = header.writeUInt16BE(sourcePort, at);
  header.writeUInt16BE(destinationPort, at);
  return header;
}

/** Where the families differ, the IPv4 address is written as IPv6 maps it. */
function wordsOf(address: string, family: 4 | 6): readonly number[] {
  const words = addressWords(address) ?? [0];
  return words.length === 1 && family === 6 ? [0, 0, 0xffff, words[0]!] : words;
}

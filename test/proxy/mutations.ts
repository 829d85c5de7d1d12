/** Requests that are nearly right: sound ones with a few wounds where parsers like to differ. */
export type Random = (below: number) => number;

/** A small generator (mulberry32): the same seed gives the same texts on every machine. */
export function randomFrom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const methods = ['GET', 'POST', 'PUT', 'HEAD', 'OPTIONS', 'DELETE'];
const targets = ['/', '/a?b=c', '/a/b;c', '/%41', 'http://a.test/x', '/a?b?c'];
const fields = [
  'Accept: */*',
  'Connection: close',
  'Connection: keep-alive, x',
  'X-Empty:',
  'Content-Length: 3',
  'Content-Length: 03',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: Chunked',
  'Transfer-Encoding: identity',
  'Upgrade: websocket',
  'Expect: 100-continue',
  'X-Tab:\ta\tb ',
  'X-High: \xe9\xff',
  'TE: trailers',
  'Host: b.test',
];
const bodies = [
  'abc',
  '3\r\nabc\r\n0\r\n\r\n',
  '3;x=y\r\nabc\r\n0\r\nT: 1\r\n\r\n',
  '',
  '0\r\n\r\n',
  'A\r\n0123456789\r\n0\r\n\r\n',
];
const wounds = [
  '\r',
  '\n',
  '\r\n',
  ' ',
  '\t',
  '\0',
  ':',
  ',',
  ';',
  '0',
  'x',
  '\x7f',
  '\x0b',
  '\xa0',
  '-',
  '+',
  '"',
  '\r\n ',
  '\r\n\t',
];

/** One or two requests on a connection, wounded or not. */
export function mutations(random: Random): string {
  let text = request(random);
  if (random(3) === 0) text += request(random);
  for (let count = random(3); count > 0; count--) text = wounded(text, random);
  return text;
}

function request(random: Random): string {
  const chosen = [
    pick(methods, random),
    ' ',
    pick(targets, random),
    ' HTTP/1.',
    random(8) === 0 ? '0' : '1',
    '\r\nHost: a.test\r\n',
  ];
  for (let count = random(4); count > 0; count--) chosen.push(pick(fields, random), '\r\n');
  if (random(2) === 0) return `${chosen.join('')}${framing(random)}`;
  return `${chosen.join('')}\r\n${random(2) === 0 ? pick(bodies, random) : ''}`;
}

/** A body and the field that belongs to it. */
function framing(random: Random): string {
  const chunked = random(2) === 0;
  if (chunked)
    return `Transfer-Encoding: chunked\r\n\r\n${pick(
      bodies.filter((body) => body.includes('\r')),
      random,
    )}`;
  return 'Content-Length: 3\r\n\r\nabc';
}

function wounded(text: string, random: Random): string {
  const at = random(text.length);
  const cut = random(3) === 0 ? 1 + random(3) : 0;
  return text.slice(0, at) + (random(4) === 0 ? '' : pick(wounds, random)) + text.slice(at + cut);
}

function pick<T>(list: readonly T[], random: Random): T {
  return list[random(list.length)] as T;
}

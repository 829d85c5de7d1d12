/** What clients send: sound requests of every kind, and how an attacker would write them. */
import { pick, type Random } from './random.ts';
import { spliced, wounded } from './wounds.ts';

const methods = ['GET', 'GET', 'POST', 'PUT', 'HEAD', 'OPTIONS', 'DELETE', 'PATCH'];
const targets = [
  ...['/', '/a', '/a?b=c', '/a/b;c', '/%41%2f', '/a?b?c', '/a//b/../c', '/?a;b', '*', '/a%20b?%20'],
  ...['http://a.test/x', 'http://A.test:80/x?y', 'https://b.test', 'HTTP://a.test/?', 'http://a.test?q'],
];
const versions = ['1.1', '1.1', '1.1', '1.1', '1.1', '1.1', '1.0', '1.1'];
const hosts = ['a.test', 'a.test:8080', 'A.Test', '[::1]:80', ''];
const fields = [
  ...[
    'Accept: */*',
    'X-Empty:',
    'X-Tab:\ta\tb \t',
    'X-High: \xe9\xff',
    'x-comma: a, b,,c',
    'X-Quote: "a\\"b"',
  ],
  ...[
    'Connection: close',
    'Connection: keep-alive',
    'Connection: keep-alive, X-Tab',
    'Connection: Content-Length',
  ],
  ...[
    'Connection: transfer-encoding, close',
    'Connection: Host',
    'Keep-Alive: timeout=5',
    'Proxy-Connection: x',
    'Proxy-Connection: close',
  ],
  ...[
    'Content-Length: 0',
    'Content-Length: 3',
    'Content-Length: 5',
    'Content_Length: 5',
    'Content-Length : 5',
  ],
  ...[
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: Chunked',
    'transfer-encoding: identity',
    'Transfer_Encoding: chunked',
  ],
  ...[
    'Transfer-Encoding: gzip, chunked',
    'Transfer-Encoding: chunked, gzip',
    'TE: trailers',
    'TE: gzip;q=1, trailers',
  ],
  ...[
    'Upgrade: websocket',
    'Connection: Upgrade\r\nUpgrade: websocket',
    'Connection: upgrade, HTTP2-Settings\r\nUpgrade: h2c',
  ],
  ...[
    'Expect: 100-continue',
    'Trailer: X-Sum',
    'Host: b.test',
    'X-Forwarded-For: 6.6.6.6',
    'X_Real_Ip: 6.6.6.6',
  ],
  ...['Fairlead-Uplink: a', 'Content-Encoding: gzip', 'Range: bytes=0-1', 'Cookie: a=b; c=d', 'Via: 1.1 x'],
];
const chunks = [
  '3\r\nabc\r\n',
  '1\r\n\n\r\n',
  'A\r\n0123456789\r\n',
  'a;x=y\r\n0123456789\r\n',
  '03\r\nabc\r\n',
  '5;q="a;b"\r\nhello\r\n',
];
const lastChunks = [
  '0\r\n\r\n',
  '0\r\n\r\n',
  '00\r\n\r\n',
  '0;x\r\n\r\n',
  '0\r\nX-Sum: 7\r\n\r\n',
  '0\r\nX-Sum: 7\r\nContent-Length: 3\r\nX-Tab:\t1\r\n\r\n',
];
const canary = 'GET /canary HTTP/1.1\r\nHost: canary.test\r\nConnection: close\r\n\r\n';

/** All that a connection brings: some requests in a row, sound or not. */
export function requestText(random: Random): string {
  let text = '';
  for (let count = 1 + random(3); count > 0; count--) text += soundRequest(random);
  if (random(10) === 0) text = spliced(text, soundRequest(random), random);
  text = wounded(text, { count: random(4), random });
  return text + pick(['', '\r\n\r\n', '\r\n\r\n', canary], random);
}

/** One that all readers take, unless two of its fields contradict each other. */
export function soundRequest(random: Random): string {
  const version = pick(versions, random);
  let head = `${pick(methods, random)} ${pick(targets, random)} HTTP/${version}\r\n`;
  const host = `Host: ${pick(random(4) === 0 ? hosts : ['a.test'], random)}\r\n`;
  const hostFirst = random(4) !== 0;
  if (hostFirst) head += host;
  for (let count = random(4); count > 0; count--)
    head += `${pick(random(3) === 0 ? fields : mild, random)}\r\n`;
  if (!hostFirst) head += host;
  switch (random(4)) {
    case 0:
      return `${head}\r\n`;
    case 1:
      return `${head}Content-Length: 5\r\n\r\nhello`;
    case 2:
      return `${head}Transfer-Encoding: chunked\r\n\r\n${chunkedBody(random)}`;
    default:
      return `${head}\r\n${random(6) === 0 ? chunkedBody(random) : ''}`;
  }
}

/** Fields that do not speak of the framing. */
const mild = fields.filter((field) => !/^(?:content.length|transfer|host|expect|upgrade)/i.test(field));

export function chunkedBody(random: Random): string {
  let body = '';
  for (let count = random(3); count > 0; count--) body += pick(chunks, random);
  return body + pick(lastChunks, random);
}

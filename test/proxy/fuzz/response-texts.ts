/** What servers answer, and what they should not. */
import { pick, type Random } from './random.ts';
import { chunkedBody } from './request-texts.ts';
import { spliced, wounded } from './wounds.ts';

const usual = ['200 OK', '200 OK', '404 Not Found', '206 Partial Content', '500 Oh', '302 Found'];
const rare = [
  '204 No Content',
  '304 Not Modified',
  '205 Reset',
  '200',
  '200 ',
  '299 \xe9',
  '599 x',
  '999 x',
  '600 x',
];
const wrong = ['99 x', '1000 x', '20 x', '+200 x', '2OO OK', ' 200 OK', '200OK', '-1 x', '000 x', '0x200'];
const interims = [
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n',
  'HTTP/1.1 102 Processing\r\n\r\n',
  'HTTP/1.1 103 x\r\nContent-Length: 5\r\n\r\n',
  'HTTP/1.1 103 x\r\nTransfer-Encoding: chunked\r\n\r\n',
];
const switches = [
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nbytes',
  'HTTP/1.1 101 Switching Protocols\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 101 x\r\nConnection: Upgrade\r\nUpgrade: x\r\nContent-Length: 2\r\n\r\nbytes',
];
const fields = [
  ...[
    'Content-Type: text/plain',
    'X-Empty:',
    'X-Tab:\ta\tb ',
    'X-High: \xe9\xff',
    'Set-Cookie: a=b',
    'Set-Cookie: c=d',
  ],
  ...[
    'Connection: close',
    'Connection: keep-alive',
    'Connection: X-Tab',
    'Connection: close, Set-Cookie',
    'Keep-Alive: timeout=5',
  ],
  ...[
    'Keep-Alive: timeout=0',
    'Server: x',
    'Date: Sat, 01 Jan 2000 00:00:00 GMT',
    'Content-Encoding: gzip',
    'Upgrade: h2c',
  ],
  ...[
    'Proxy-Authenticate: Basic',
    'Proxy-Connection: close',
    'Trailer: X-Sum',
    'TE: x',
    'Content_Length: 3',
    'Location: /',
  ],
];
const framing = [
  ...[
    'Content-Length: 0',
    'Content-Length: 3',
    'Content-Length: 5',
    'Content-Length: 05',
    'Content-Length: 5, 5',
  ],
  ...[
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: Chunked',
    'Transfer-Encoding: identity',
    'Transfer-Encoding: gzip',
  ],
  ...[
    'Transfer-Encoding: gzip, chunked',
    'Transfer-Encoding: chunked, identity',
    'Transfer_Encoding: chunked',
  ],
];

/** All that a server says to one request, sound or not; perhaps more than one answer. */
export function responseText(random: Random): string {
  let text = '';
  for (let count = random(8) - 5; count > 0; count--) text += pick(interims, random);
  if (random(12) === 0) text += pick(switches, random);
  else text += soundResponse(random);
  if (random(4) === 0)
    text +=
      random(2) === 0 ? soundResponse(random) : pick(['surplus', '\r\n', '\n', '0\r\n\r\n', 'H'], random);
  if (random(10) === 0) text = spliced(text, soundResponse(random), random);
  return wounded(text, { count: random(4), random });
}

function soundResponse(random: Random): string {
  const status = pick(random(3) === 0 ? (random(3) === 0 ? wrong : rare) : usual, random);
  let head = `HTTP/1.${random(6) === 0 ? '0' : '1'} ${status}\r\n`;
  for (let count = random(4); count > 0; count--)
    head += `${pick(random(8) === 0 ? framing : fields, random)}\r\n`;
  switch (random(5)) {
    case 0:
      return `${head}\r\nuntil the end`;
    case 1:
      return `${head}Content-Length: 0\r\n\r\n`;
    case 2:
      return `${head}Transfer-Encoding: chunked\r\n\r\n${chunkedBody(random)}`;
    default:
      return `${head}Content-Length: 5\r\n\r\nhello`;
  }
}

/** Every place where bytes can be cut in two, in messages of every kind. */
import { test } from 'node:test';
import { checkRequests } from './check-requests.ts';
import { checkResponses } from './check-responses.ts';

const chunked = 'Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Sum: 7\r\n\r\n';
const requests = [
  'GET /a?b HTTP/1.1\r\nHost: a.test\r\nX-Tab:\ta \r\n\r\n\r\nGET /c HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\nHost: a.test\r\n\r\n',
  `POST http://a.test/x HTTP/1.1\r\nHost: a.test\r\n${chunked}HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n`,
  'GET / HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nGET / HTTP/1.0\r\n\r\n',
];
const get = 'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n';
const upgrade = 'GET / HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n';
const responses = [
  {
    request: get,
    text: 'HTTP/1.1 103 x\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
  },
  { request: get, text: `HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\n${chunked}` },
  { request: get, text: 'HTTP/1.0 200 OK\r\nX-Tab:\ta \r\n\r\nuntil the end' },
  { request: upgrade, text: 'HTTP/1.1 101 x\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nbytes' },
];

test('a request is the same wherever it is cut', async () => {
  for (const text of requests) {
    const places = Array.from({ length: text.length - 1 }, (_, index) => index + 1);
    await Promise.all(places.map((at) => checkRequests([text.slice(0, at), text.slice(at)])));
    await checkRequests([...text]);
  }
});

test('a response is the same wherever it is cut', async () => {
  for (const { request, text } of responses) {
    const places = Array.from({ length: text.length - 1 }, (_, index) => index + 1);
    const split = (pieces: string[]) => checkResponses({ request, pieces, ending: 'ends' });
    await Promise.all(places.map((at) => split([text.slice(0, at), text.slice(at)])));
    await split([...text]);
  }
});

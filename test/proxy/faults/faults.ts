import type { Socket } from 'node:net';

export interface Fault {
  readonly name: string;
  /** What the server does with a connection once a request has begun to come. */
  readonly serve: (socket: Socket) => void;
  /** What the client gets: the status of a whole answer, or only the beginning of one. */
  readonly outcome: number | 'broken';
}

const ends = (text: string) => (socket: Socket) => void socket.end(text);
const breaks = (text: string) => (socket: Socket) => void socket.write(text, () => socket.resetAndDestroy());
const stays = (text: string) => (socket: Socket) => void socket.write(text);

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const sized = 'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nbeginning';
const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

/** How servers fail. The proxy waits for the head of an answer, but not for ever. */
export const faults: readonly Fault[] = [
  { name: 'closes without an answer', serve: ends(''), outcome: 502 },
  { name: 'resets without an answer', serve: breaks(''), outcome: 502 },
  { name: 'closes within the status line', serve: ends('HTTP/1.1 20'), outcome: 500 },
  { name: 'closes within the head', serve: ends('HTTP/1.1 200 OK\r\nContent-Le'), outcome: 500 },
  { name: 'resets within the head', serve: breaks('HTTP/1.1 200 OK\r\nContent-Le'), outcome: 500 },
  { name: 'closes after an interim answer', serve: ends('HTTP/1.1 103 Early Hints\r\n\r\n'), outcome: 502 },
  {
    name: 'closes right after the head',
    serve: ends('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'),
    outcome: 'broken',
  },
  { name: 'closes within a body', serve: ends(sized), outcome: 'broken' },
  { name: 'resets within a body', serve: breaks(sized), outcome: 'broken' },
  { name: 'closes within the size of a chunk', serve: ends(`${chunked}5\r\nhello\r\n1`), outcome: 'broken' },
  { name: 'closes within a chunk', serve: ends(`${chunked}5\r\nhel`), outcome: 'broken' },
  { name: 'closes before the last chunk', serve: ends(`${chunked}5\r\nhello\r\n`), outcome: 'broken' },
  {
    name: 'closes within the trailers',
    serve: ends(`${chunked}5\r\nhello\r\n0\r\nX-Sum: 1\r\n`),
    outcome: 'broken',
  },
  { name: 'sends a malformed chunk', serve: stays(`${chunked}5\r\nhello\r\nx\r\n`), outcome: 'broken' },
  { name: 'sends two answers', serve: stays(ok + ok.replace('200', '500')), outcome: 200 },
  { name: 'sends something after its answer', serve: stays(`${ok}surplus`), outcome: 200 },
  { name: 'sends no answer', serve: stays(''), outcome: 504 },
  { name: 'sends half a head', serve: stays('HTTP/1.1 200 OK\r\nContent-Le'), outcome: 504 },
  { name: 'sends something else', serve: stays('220 mail.test ESMTP\r\n'), outcome: 500 },
];

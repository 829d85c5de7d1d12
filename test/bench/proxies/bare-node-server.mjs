/** `<threads> <port> [folder]`: what Node itself takes; with the folder of a certificate it speaks TLS. */
import { readFileSync } from 'node:fs';
import http from 'node:http';
import tls from 'node:tls';
import { isMainThread, Worker } from 'node:worker_threads';

const [threads, port, folder] = process.argv.slice(2);
const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

function serve() {
  if (folder === undefined) return http.createServer((_, response) => response.end('ok'));
  const part = (extension) => readFileSync(`${folder}/child.${extension}`);
  return tls.createServer({ cert: part('crt'), key: part('key') }, (socket) =>
    socket.on('error', () => {}).on('data', () => socket.write(answer)),
  );
}

if (isMainThread && Number(threads) > 1)
  for (let count = 0; count < Number(threads); count++)
    new Worker(import.meta.filename, { argv: process.argv.slice(2) });
else serve().listen({ port: Number(port), host: '127.0.0.1', reusePort: true });

/** What one writes with `node:http` in front and undici behind: `node node-proxy.ts <port> <backend port> [folder]`. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { Pool } from 'undici';

const [port, backendPort, folder] = process.argv.slice(2);
const pool = new Pool(`http://127.0.0.1:${backendPort}`, { connections: 256 });

const forward: RequestListener = (request, response) => {
  const { method = 'GET', url = '/', headers } = request;
  const body = method === 'GET' || method === 'HEAD' ? null : request;
  const asked = { method: method as 'GET', path: url, headers: forwarded(headers), body };
  pool
    .stream(asked, (answer) => response.writeHead(answer.statusCode, answer.headers))
    .catch(() => response.destroy());
};

function forwarded(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { host = '' } = headers;
  return { ...headers, connection: undefined, 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': host };
}

const read = (extension: string) => readFileSync(`${folder}/child.${extension}`);
const server =
  folder === undefined
    ? createServer(forward)
    : createSecureServer({ cert: read('crt'), key: read('key') }, forward);
server.listen(Number(port), '127.0.0.1');

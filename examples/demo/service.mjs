// The service inside every container of the demo and the tests: it tells who it is and what reached it.
// Plain JavaScript without packages, so that an image needs nothing but Node and this file.
import http from 'node:http';

const { NAME = 'service', PORT = '8080', ADDRESS = '0.0.0.0' } = process.env;

const server = http.createServer(({ method, url, rawHeaders }, response) => {
  const headers = [];
  for (let i = 0; i < rawHeaders.length; i += 2) headers.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  response.setHeader('Content-Type', 'text/plain');
  response.end(`${[`I am ${NAME}`, `${method} ${url}`, ...headers].join('\n')}\n`);
});
server.listen(Number(PORT), ADDRESS);
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0));

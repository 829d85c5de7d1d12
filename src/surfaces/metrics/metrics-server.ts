import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { gzip } from 'node:zlib';
import { textFormatType } from '../../observability/metrics/text-format.ts';
import { createServer } from '../../support/node-http.ts';

export interface MetricsServerInit {
  /** What is true now, in Prometheus' text format. */
  readonly text: () => string;
  readonly onFault: (error: Error) => void;
}

/** Answers whoever asks, whatever the path: routers have chosen what leads here. */
export function createMetricsServer({ text, onFault }: MetricsServerInit): Server {
  return createServer((request, response) => {
    try {
      send(request, response, text());
    } catch (error) {
      onFault(error as Error);
      response.writeHead(500).end();
    }
  });
}

/** Ten thousand routers are some megabytes, nearly all of it the same words. */
function send({ headers }: IncomingMessage, response: ServerResponse, text: string): void {
  const accepted = headers['accept-encoding'];
  const isPacked = typeof accepted === 'string' && /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(accepted);
  if (!isPacked) return void response.writeHead(200, { 'Content-Type': textFormatType }).end(text);
  gzip(text, (_, packed) =>
    response
      .writeHead(200, { 'Content-Type': textFormatType, 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' })
      .end(packed),
  );
}

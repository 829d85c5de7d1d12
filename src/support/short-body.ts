import type { IncomingMessage } from 'node:http';

/** Far above anything that the control plane is asked. */
export const shortBodyBytesMax = 65_536;
/** Whoever sends so slowly does not mean it. */
const patienceMs = 10_000;

/**
 * The text of a request's body; undefined when it is longer than the limit, and then the rest is not read. Rejects when
 * the client goes away or takes too long.
 */
export async function readShortBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const timer = setTimeout(() => request.destroy(), patienceMs);
  try {
    // The connection stays, for the answer that says so.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > shortBodyBytesMax) return undefined;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString();
  } finally {
    clearTimeout(timer);
  }
}

import type { IncomingMessage } from 'node:http';

/** A few certificates; nothing a peer asks is longer. */
const bytesMax = 65_536;
/** Whoever sends so slowly does not mean it. */
const patienceMs = 10_000;

/** The JSON that a peer sends, or the status to refuse it with. */
export async function readBody(
  request: IncomingMessage,
): Promise<{ readonly body: unknown } | { readonly status: 400 | 413 }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const timer = setTimeout(() => request.destroy(), patienceMs);
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > bytesMax) return { status: 413 };
      chunks.push(chunk);
    }
    return { body: bytes === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString()) };
  } catch {
    return { status: 400 };
  } finally {
    clearTimeout(timer);
  }
}

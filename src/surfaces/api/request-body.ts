import type { IncomingMessage } from 'node:http';
import { OperationError } from '../../operations/operation.ts';

/** Far above anything that is asked here. */
const bytesMax = 65_536;
/** Whoever sends so slowly does not mean it. */
const patienceMs = 10_000;

/** The JSON of a request, an object; none is an empty one. Rejects with what is wrong. */
export async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const timer = setTimeout(() => request.destroy(), patienceMs);
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > bytesMax) throw new OperationError('invalid', `the body is longer than ${bytesMax} bytes`);
      chunks.push(chunk);
    }
  } finally {
    clearTimeout(timer);
  }
  return bytes === 0 ? {} : parse(Buffer.concat(chunks).toString());
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Said below.
  }
  throw new OperationError('invalid', 'the body is not a JSON object');
}

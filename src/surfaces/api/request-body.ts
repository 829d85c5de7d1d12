import type { IncomingMessage } from 'node:http';
import { OperationError } from '../../operations/operation.ts';
import { readShortBody, shortBodyBytesMax } from '../../support/short-body.ts';

/** The JSON of a request, an object; none is an empty one. Rejects with what is wrong. */
export async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const text = await readShortBody(request);
  if (text === undefined)
    throw new OperationError('invalid', `the body is longer than ${shortBodyBytesMax} bytes`);
  return text === '' ? {} : parse(text);
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

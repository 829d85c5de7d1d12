import type { IncomingMessage } from 'node:http';
import { readShortBody } from '../../support/short-body.ts';

/** The JSON that a peer sends, or the status to refuse it with. */
export async function readBody(
  request: IncomingMessage,
): Promise<{ readonly body: unknown } | { readonly status: 400 | 413 }> {
  try {
    const text = await readShortBody(request);
    if (text === undefined) return { status: 413 };
    return { body: text === '' ? {} : JSON.parse(text) };
  } catch {
    return { status: 400 };
  }
}

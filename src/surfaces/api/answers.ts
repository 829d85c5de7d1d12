import { createHash } from 'node:crypto';
import type { Page } from '../../operations/listing.ts';
import type { Surroundings } from '../../operations/surroundings.ts';
import { exactJson } from '../../support/exact-json.ts';

export interface ApiAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Names this body among those of the same path. */
  readonly etag?: string;
}

const JSON_TYPE = { 'Content-Type': 'application/json' };

export function jsonAnswer(output: unknown): ApiAnswer {
  return { headers: JSON_TYPE, body: `${exactJson(output)}\n` };
}

export function pageAnswer({ entries, nextPage }: Page): ApiAnswer {
  return { headers: { ...JSON_TYPE, 'X-Next-Page': String(nextPage) }, body: `${exactJson(entries)}\n` };
}

/** With what a parent needs to know one child from another and one answer from the next. */
export function uplinkAnswer(output: unknown, { node, boot, generation, version }: Surroundings): ApiAnswer {
  const body = exactJson(output);
  const headers = {
    ...JSON_TYPE,
    'Fairlead-Node': node,
    'Fairlead-Boot': boot,
    'Fairlead-Generation': String(generation()),
    'Fairlead-Version': version,
  };
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
  return { headers, body, etag };
}

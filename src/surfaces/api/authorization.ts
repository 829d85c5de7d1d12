import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Why a request may not do what it asks for; undefined lets it. */
export type Authorization = (request: IncomingMessage) => Unauthorized | undefined;

export interface Unauthorized {
  readonly status: 401 | 403;
  readonly message: string;
}

/** For a place that only those can reach who run this node. */
export const placeIsProof: Authorization = () => undefined;

/** `Authorization: Bearer …` (RFC 6750). `token` says what is right at the moment; undefined lets nobody in. */
export function bearerToken(token: () => string | undefined): Authorization {
  return (request) => {
    const right = token();
    if (right === undefined) return noToken;
    const [, shown] = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? [];
    return shown !== undefined && equals(shown, right) ? undefined : wrongToken;
  };
}

const noToken: Unauthorized = {
  status: 403,
  message: 'this needs a token, and none is set: see api.token and api.tokenFile',
};

const wrongToken: Unauthorized = {
  status: 401,
  message: 'this needs the header "Authorization: Bearer …" with the token of this node',
};

/** Takes as long for a near miss as for any other. */
function equals(shown: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(shown), digest(right));
}

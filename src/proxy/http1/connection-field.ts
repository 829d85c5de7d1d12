/** What is said about the connection, and not about the message. */

/** A list of tokens that ends the connection. `Proxy-Connection` was never a standard, yet some readers obey it. */
export const CLOSING = /(?:^|,)[ \t]*close[ \t]*(?:,|$)/i;

/** `Connection` may say these without naming a field to be dropped. */
const ownTokens = new Set(['close', 'keep-alive', 'upgrade', 'te', 'trailer', 'transfer-encoding', '']);

/** The tokens of `Connection`, lower-case. */
export const connectionTokens = (value: string): string[] =>
  value
    .toLowerCase()
    .split(',')
    .map((token) => token.trim());

/** Whether the connection stays; `usually` where they do not say. */
export function keepsAlive(tokens: readonly string[], usually: boolean): boolean {
  if (tokens.includes('close')) return false;
  return usually || tokens.includes('keep-alive');
}

/** Fields that are for this hop alone. */
export const namedFields = (tokens: readonly string[]): readonly string[] =>
  tokens.filter((token) => !ownTokens.has(token));

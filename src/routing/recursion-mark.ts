/** FNV-1 with 64 bits. */
const offsetBasis = 14_695_981_039_346_656_037n;
const prime = 1_099_511_628_211n;

/**
 * Sent along as `X-Traefik-Router` by routers with a default rule; coming back, it means a request runs
 * in circles.
 */
export function recursionMark(router: string): string {
  let mark = offsetBasis;
  for (const byte of Buffer.from(router)) mark = BigInt.asUintN(64, mark * prime) ^ BigInt(byte);
  return mark.toString(16);
}

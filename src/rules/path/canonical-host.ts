const NOT_CANONICAL = /[A-Z:\s]/;
const WITH_PORT = /^(?:\[([^[\]]*)\]|([^:[\]]*)):[^:[\]]*$/;
const BRACKETED = /^\[(.*)\]$/;

/**
 * A Host header as rules compare it: lower-case, without port and without the brackets of an IPv6 address.
 * A trailing dot stays. What cannot be split is left as it is.
 */
export function canonicalHost(host: string): string {
  if (!NOT_CANONICAL.test(host)) return host;
  const split = WITH_PORT.exec(host) ?? BRACKETED.exec(host);
  return (split?.[1] ?? split?.[2] ?? host).trim().toLowerCase();
}

const NOT_CANONICAL = /[A-Z:\s]/;
const WITH_PORT = /^(?:\[([^[\]]*)\]|([^:[\]]*)):[^:[\]]*$/;
const BRACKETED = /^\[(.*)\]$/;

let lastHost = '';
let lastCanonical = '';

/**
 * A Host header as rules compare it: lower-case, without port and without the brackets of an IPv6 address.
 * A trailing dot stays. What cannot be split is left as it is.
 */
export function canonicalHost(host: string): string {
  // Most requests ask for the host of the one before.
  if (host !== lastHost) {
    lastCanonical = split(host);
    lastHost = host;
  }
  return lastCanonical;
}

function split(host: string): string {
  if (!NOT_CANONICAL.test(host)) return host;
  const parts = WITH_PORT.exec(host) ?? BRACKETED.exec(host);
  return (parts?.[1] ?? parts?.[2] ?? host).trim().toLowerCase();
}

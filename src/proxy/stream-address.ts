/** `host:port` of a TCP or UDP server; throws an `Error` that says what is wrong with it. */
export function parseServerAddress(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, Math.max(colon, 0)).replace(/^\[(.*)\]$/, '$1');
  const digits = address.slice(colon + 1);
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : 0;
  if (host === '' || port < 1 || port > 65_535)
    throw new Error(`the server address "${address}" is not of the form host:port`);
  return { host, port };
}

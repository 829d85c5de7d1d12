/** Where a child's uplink port is: `host:port`, an address of version 6 in brackets. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

export function parseAddress(text: string): HostAndPort | undefined {
  const [, bracketed, plain, digits] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:/@?#[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  return host !== undefined && port > 0 && port < 65_536 ? { host, port } : undefined;
}

/** The host names that HTTP routers for TLS stand for on one entry point. */
export class HttpsHosts {
  /** How many routers name a host: exact, or `*.example.com`. */
  readonly #routers = new Map<string, number>();
  #hostless = 0;
  #size = 0;

  /** How many routers there are. */
  get size(): number {
    return this.#size;
  }

  /** A router takes whatever name there is. */
  get anyName(): boolean {
    return this.#hostless > 0;
  }

  /** `hosts` of one router. */
  add(hosts: readonly string[]): void {
    this.#count(hosts, 1);
  }

  remove(hosts: readonly string[]): void {
    this.#count(hosts, -1);
  }

  has(serverName: string | undefined): boolean {
    if (serverName === undefined) return false;
    return (
      this.#routers.has(serverName) || this.#routers.has(`*${serverName.slice(serverName.indexOf('.'))}`)
    );
  }

  #count(hosts: readonly string[], step: 1 | -1): void {
    this.#size += step;
    if (hosts.length === 0) this.#hostless += step;
    for (const host of hosts) {
      const routers = (this.#routers.get(host) ?? 0) + step;
      if (routers === 0) this.#routers.delete(host);
      else this.#routers.set(host, routers);
    }
  }
}

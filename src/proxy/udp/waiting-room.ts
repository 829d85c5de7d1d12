const bytesMax = 8_388_608;

/** Room for datagrams of all sessions whose server is not known yet; what finds none is lost. */
export class WaitingRoom {
  #bytes = 0;

  enter(datagram: Buffer): boolean {
    if (this.#bytes + datagram.length > bytesMax) return false;
    this.#bytes += datagram.length;
    return true;
  }

  leave(datagrams: readonly Buffer[]): void {
    for (const { length } of datagrams) this.#bytes -= length;
  }
}

import type { Socket } from 'node:net';
import type { Addresses } from '../model/stream.ts';
import { foldAddress } from './address.ts';

/** Both ends of a connection, as its socket tells. Hardly anybody asks for ours: finding that out can wait. */
export class SocketAddresses implements Addresses {
  readonly source: string;
  readonly sourcePort: number;
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.source = foldAddress(socket.remoteAddress);
    this.sourcePort = socket.remotePort ?? 0;
    this.#socket = socket;
  }

  get destination(): string {
    return foldAddress(this.#socket.localAddress);
  }

  get destinationPort(): number {
    return this.#socket.localPort ?? 0;
  }
}

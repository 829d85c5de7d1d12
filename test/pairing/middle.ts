/** Somebody in the middle: ends TLS with a certificate of its own, and notes whatever it is sent. */
import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { selfSigned } from '../../src/pairing/certificates.ts';
import { generateKey } from '../../src/pairing/keys.ts';

export class Middle implements AsyncDisposable {
  readonly #server: Server;
  met = 0;
  left = 0;
  bytes = 0;

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => {
      this.met++;
      socket.on('close', () => this.left++);
    });
    server.on('secureConnection', (socket) => {
      socket.on('data', (chunk) => (this.bytes += chunk.length)).on('error', () => undefined);
    });
    server.on('tlsClientError', () => undefined);
  }

  static async listen(): Promise<Middle> {
    const key = await generateKey();
    const cert = selfSigned(createPrivateKey(key), Date.now());
    const server = createServer({ key, cert, requestCert: true, rejectUnauthorized: false });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Middle(server);
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

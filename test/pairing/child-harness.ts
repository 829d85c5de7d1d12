/** A child's uplink port as far as pairing needs it: real TLS, admission by key, questions answered. */
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createSecureContext, createServer as createTlsServer, type Server, type TLSSocket } from 'node:tls';
import { json } from 'node:stream/consumers';
import type { Peer, UplinkIdentity } from '../../src/model/peer.ts';
import { keyFingerprint } from '../../src/pairing/keys.ts';
import type { Pairing } from '../../src/pairing/pairing.ts';
import { PairingError } from '../../src/pairing/pairing-error.ts';

const peers = new WeakMap<object, Peer>();

export class ChildHarness implements AsyncDisposable {
  readonly #pairing: Pairing;
  readonly #sockets = new Set<Socket>();
  readonly #tls: Server;
  readonly #http = createServer((request, response) => void this.#answer(request, response));
  /** What has been asked, by whom. */
  readonly asked: string[] = [];
  /** Called before a question is answered, and before its answer leaves; may destroy the response. */
  before: (question: string, when: 'question' | 'answer', response: ServerResponse) => void = () => {};

  /** What is said in place of an answer. */
  alter: (question: string, answer: unknown) => unknown = (_question, answer) => answer;

  private constructor(pairing: Pairing) {
    this.#pairing = pairing;
    this.#tls = createTlsServer({
      requestCert: true,
      rejectUnauthorized: false,
      SNICallback: (name, done) => {
        const identity = this.#identity(name);
        if (!identity) return done(new Error(`nobody is called ${name}`));
        const { certificate, authorities } = identity;
        done(null, createSecureContext({ ...certificate, ca: [...authorities] }));
      },
    });
    this.#tls.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#tls.on('secureConnection', (socket) => this.#admit(socket));
    this.#tls.on('tlsClientError', () => undefined);
  }

  static async listen(pairing: Pairing, port: number): Promise<ChildHarness> {
    const harness = new ChildHarness(pairing);
    harness.#tls.listen(port, '127.0.0.1');
    await once(harness.#tls, 'listening');
    return harness;
  }

  get port(): number {
    return (this.#tls.address() as AddressInfo).port;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#http.close();
    if (this.#tls.listening) await new Promise((resolve) => this.#tls.close(resolve));
  }

  #identity(name: string): UplinkIdentity | undefined {
    const all = this.#pairing.uplinkTls();
    const wildcard = `*${name.slice(name.indexOf('.'))}`;
    return (
      all.find(({ serverName }) => serverName === name) ??
      all.find(({ serverName }) => serverName === wildcard)
    );
  }

  #admit(socket: TLSSocket): void {
    socket.on('error', () => undefined);
    const peer = this.#judge(socket);
    if (!peer) return void socket.destroy();
    peers.set(socket, peer);
    this.#http.emit('connection', socket);
  }

  #judge(socket: TLSSocket): Peer | undefined {
    const name = String(socket.servername);
    const admission = this.#identity(name)?.admission;
    const certificate = socket.getPeerX509Certificate();
    if (!certificate) return undefined;
    if (admission?.kind === 'parent') {
      const { id, name: parent, revoked } = admission;
      return socket.authorized && !revoked ? { kind: 'parent', id, name: parent } : undefined;
    }
    if (admission?.kind !== 'invited') return undefined;
    const id = name.slice(0, name.indexOf('.'));
    const fingerprint = keyFingerprint(new X509Certificate(certificate.raw).publicKey);
    const found = admission.invitations.find((each) => each.id === id && each.keyFingerprint === fingerprint);
    return found?.state === 'open' ? { kind: 'invited', id, name: id } : undefined;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const peer = peers.get(request.socket)!;
    const question = request.url!.slice('/api/pairing/'.length);
    this.asked.push(`${peer.kind} ${question}`);
    const body = await json(request);
    this.before(question, 'question', response);
    if (response.destroyed) return;
    try {
      const answer = await this.#pairing.answerPeer(peer, question, body);
      this.before(question, 'answer', response);
      response.end(JSON.stringify(this.alter(question, answer)));
    } catch (error) {
      if (!(error instanceof PairingError)) throw error;
      const { code, message: text, remedy, status } = error;
      response.writeHead(status).end(JSON.stringify({ code, text, remedy }));
    }
  }
}

import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ClientTls } from '../model/exchange.ts';
import type { RefusalReason } from '../model/refusal-reasons.ts';
import type { Admission } from '../model/wire.ts';
import {
  type Admitted,
  type ClientVerdict,
  judgeClient,
  type Refusal,
  refusal,
} from '../tls/client-certificate.ts';
import type { ClientHello } from '../tls/client-hello.ts';
import { explainHandshakeFailure } from '../tls/handshake-failure.ts';
import { judgePeer } from '../tls/judge-peer.ts';
import type { TlsDecision } from '../tls/tls-front.ts';
import type { Told } from './refusal-log.ts';
import type { EntryPointSettings } from './settings.ts';

export interface HandshakeInit {
  readonly settings: EntryPointSettings;
  readonly hello: ClientHello;
  readonly decision: TlsDecision & { kind: 'accept' };
  /** Whom a name of pairing stands for at the moment. */
  admission(optionsName: string): Admission | undefined;
  /** TLS is spoken, and the client has shown what it must. */
  onAdmitted(secure: TLSSocket, tls: ClientTls): void;
  /** The connection is closed after a while; false when it must be closed at once. */
  slowDown(): boolean;
  onRefused(reason: RefusalReason, told: Told): void;
}

/** TLS on an accepted connection, until the client is let in or turned away. */
export class Handshake {
  readonly #init: HandshakeInit;

  constructor(init: HandshakeInit) {
    this.#init = init;
  }

  /** What was read of the socket must have been put back. */
  begin(socket: Socket): void {
    this.#init.decision.server.accept(socket, {
      onSecure: (secure) => this.#decide(secure),
      onFailure: (error) => this.#failed(socket, error),
    });
  }

  /** Parents are few and known, so their troubles are told; what scanners try on other ports is for those who look closely. */
  #failed(socket: Socket, error: Error): void {
    socket.destroySoon();
    const { settings, onRefused } = this.#init;
    const failure = explainHandshakeFailure(error);
    const reason = failure === undefined ? 'left' : 'handshake-failed';
    if (settings.kind === 'uplink') onRefused(reason, { text: failure ?? leftText });
    else onRefused(reason, { text: failure ?? 'it left before TLS was established', quiet: true });
  }

  #decide(secure: TLSSocket): void {
    const { settings, hello, decision, onAdmitted } = this.#init;
    const verdict = this.#verdict(secure);
    if (!verdict.accepted) return this.#turnAway(secure, verdict);
    if (settings.kind === 'uplink') this.#expectRequest(secure);
    onAdmitted(secure, {
      serverName: hello.serverName,
      options: decision.optionsName,
      version: secure.getProtocol() ?? '',
      cipher: secure.getCipher().standardName,
      certificates: verdict.certificates,
      verified: verdict.verified,
      authorities: decision.options.clientAuthorities,
      peer: verdict.peer,
    });
  }

  /** Whoever tries secrets has to wait before the next try. */
  #turnAway(secure: TLSSocket, { reason, text }: Refusal): void {
    secure.on('error', ignore);
    if (reason !== 'secret-wrong' || !this.#init.slowDown()) secure.destroy();
    this.#init.onRefused(reason, { text });
  }

  #verdict(secure: TLSSocket): ClientVerdict {
    try {
      const verdict = this.#judged(secure);
      return verdict.accepted && !this.#suffices(verdict) ? unverified : verdict;
    } catch (error) {
      // What a client shows is of its own making, and may be more than can be read.
      return refusal('certificate-refused', `its certificate cannot be read: ${(error as Error).message}`);
    }
  }

  /** By what counts now: it may have changed since the client asked for the name. */
  #judged(secure: TLSSocket): ClientVerdict {
    const { hello, decision, admission } = this.#init;
    const { options, optionsName } = decision;
    if (options.admission === undefined) return judgeClient(secure, { options, nowMs: Date.now() });
    return judgePeer(secure, {
      admission: admission(optionsName) ?? nobody,
      serverName: hello.serverName ?? '',
      nowMs: Date.now(),
    });
  }

  #suffices({ verified, peer }: Admitted): boolean {
    return !this.#init.settings.requireVerified || verified || peer !== undefined;
  }

  /** Clients that look at the names in our certificate once the handshake is over just leave. */
  #expectRequest(secure: TLSSocket): void {
    secure.once('close', () => {
      if (secure.bytesRead === 0) this.#init.onRefused('left', { text: leftText });
    });
  }
}

const leftText =
  'it left when it had seen our certificate; should a parent refuse it, the log of the parent says why';

const unverified = refusal(
  'no-certificate',
  'it asked for no name of pairing, and the TLS options of the uplink entry point verify no client certificates',
);

const nobody: Admission = { kind: 'none', node: '' };

function ignore(): void {
  // It has been turned away; how it takes that is no news.
}

import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ClientTls } from '../model/exchange.ts';
import { judgeClient } from '../tls/client-certificate.ts';
import type { ClientHello } from '../tls/client-hello.ts';
import { explainHandshakeFailure } from '../tls/handshake-failure.ts';
import type { TlsDecision } from '../tls/tls-front.ts';
import type { EntryPointSettings } from './settings.ts';

export interface HandshakeInit {
  readonly settings: EntryPointSettings;
  readonly hello: ClientHello;
  readonly decision: TlsDecision & { kind: 'accept' };
  /** TLS is spoken, and the client has shown what it must. */
  onAdmitted(secure: TLSSocket, tls: ClientTls): void;
  onRefused(reason: string, text: string): void;
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
      onSecure: (secure) => this.#judge(secure),
      onFailure: (error) => this.#failed(socket, error),
    });
  }

  /** Parents are few and known, so their troubles are told; what scanners try on other ports is not. */
  #failed(socket: Socket, error: Error): void {
    socket.destroySoon();
    const { settings, onRefused } = this.#init;
    if (settings.kind !== 'uplink') return;
    const failure = explainHandshakeFailure(error);
    onRefused(failure === undefined ? 'left' : 'handshake-failed', failure ?? leftText);
  }

  #judge(secure: TLSSocket): void {
    const { settings, hello, decision, onAdmitted, onRefused } = this.#init;
    const verdict = judgeClient(secure, decision.options);
    if (!verdict.accepted || (settings.requireVerified && !verdict.verified)) {
      secure.on('error', ignore);
      secure.destroy();
      const { reason, text } = verdict.accepted ? unverified : verdict;
      return onRefused(reason, text);
    }
    if (settings.kind === 'uplink') this.#expectRequest(secure);
    onAdmitted(secure, {
      serverName: hello.serverName,
      options: decision.optionsName,
      version: secure.getProtocol() ?? '',
      cipher: secure.getCipher().name,
      certificates: verdict.certificates,
      verified: verdict.verified,
      peer: undefined,
    });
  }

  /** Clients that look at the names in our certificate once the handshake is over just leave. */
  #expectRequest(secure: TLSSocket): void {
    secure.once('close', () => {
      if (secure.bytesRead === 0) this.#init.onRefused('left', leftText);
    });
  }
}

const leftText =
  'it left when it had seen our certificate; should a parent refuse it, the log of the parent says why';

const unverified = {
  reason: 'no-certificate',
  text: 'the TLS options of the uplink entry point do not verify client certificates',
};

function ignore(): void {
  // It has been turned away; how it takes that is no news.
}

/** Opens a TLS connection to a child that is known by its key, before a byte of HTTP is sent. */
import { connect, type TLSSocket } from 'node:tls';
import { explainDial, mostTelling } from './explain-dial.ts';
import { keyFingerprint } from './keys.ts';
import type { PairingError } from './pairing-error.ts';

export interface DialWish {
  /** `host:port`; all are tried at once. */
  readonly addresses: readonly string[];
  readonly serverName: string;
  readonly identity: { readonly cert: string; readonly key: string };
  /** Of the key that the child must have. */
  readonly fingerprint: string;
  /** What it means that another key answers; nothing is sent there. */
  readonly onStranger: (address: string) => PairingError;
}

export interface Dialled {
  readonly address: string;
  readonly socket: TLSSocket;
}

const dialMs = 5_000;

/** The first one that is the child in fact; throws the `PairingError` that says most when none is. */
export async function dialChild(wish: DialWish): Promise<Dialled> {
  const enough = new AbortController();
  const attempts = wish.addresses.map((address) => dial(address, wish, enough.signal));
  try {
    return await Promise.any(attempts);
  } catch (error) {
    throw mostTelling((error as AggregateError).errors);
  } finally {
    enough.abort();
  }
}

function dial(address: string, wish: DialWish, enough: AbortSignal): Promise<Dialled> {
  const { promise, resolve, reject } = Promise.withResolvers<Dialled>();
  const { hostname, port } = new URL(`https://${address}`);
  const socket = connect({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || 443),
    servername: wish.serverName,
    ...wish.identity,
    // Its key is what it is known by: the verdict on its certificate does not matter.
    rejectUnauthorized: false,
    minVersion: 'TLSv1.3',
    ALPNProtocols: ['http/1.1'],
  });
  const late = setTimeout(() => socket.destroy(new DOMException('too late', 'TimeoutError')), dialMs);
  const giveUp = () => socket.destroy();
  enough.addEventListener('abort', giveUp);
  const fail = (error: unknown) => reject(explainDial(error, address));
  const settle = () => {
    clearTimeout(late);
    enough.removeEventListener('abort', giveUp);
  };
  socket.once('secureConnect', () => {
    settle();
    if (enough.aborted) return void socket.destroy();
    if (shownKey(socket) === wish.fingerprint) return resolve({ address, socket });
    socket.destroy();
    reject(wish.onStranger(address));
  });
  socket.on('error', fail);
  socket.once('close', () => {
    settle();
    fail(new Error('closed'));
  });
  return promise;
}

function shownKey(socket: TLSSocket): string | undefined {
  const certificate = socket.getPeerX509Certificate();
  return certificate && keyFingerprint(certificate.publicKey);
}

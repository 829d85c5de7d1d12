/** Opens a TLS connection to a child that is known by its key, before a byte of HTTP is sent. */
import { connect, type TLSSocket } from 'node:tls';
import { parseAddress } from './address.ts';
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
  readonly signal: AbortSignal;
}

export interface Dialled {
  readonly address: string;
  readonly socket: TLSSocket;
}

const dialMs = 5_000;

/** The first one that is the child in fact; throws the `PairingError` that says most when none is. */
export async function dialChild(wish: DialWish): Promise<Dialled> {
  const enough = new AbortController();
  const signal = AbortSignal.any([enough.signal, wish.signal]);
  const attempts = wish.addresses.map((address) => dial(address, wish, signal));
  try {
    return await Promise.any(attempts);
  } catch (error) {
    throw mostTelling((error as AggregateError).errors);
  } finally {
    enough.abort();
  }
}

function dial(address: string, wish: DialWish, signal: AbortSignal): Promise<Dialled> {
  const { promise, resolve, reject } = Promise.withResolvers<Dialled>();
  const socket = begin(address, wish);
  const late = setTimeout(() => socket.destroy(new DOMException('too late', 'TimeoutError')), dialMs);
  const giveUp = () => socket.destroy();
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp);
  const settle = () => {
    clearTimeout(late);
    signal.removeEventListener('abort', giveUp);
  };
  socket.once('secureConnect', () => {
    settle();
    if (shownKey(socket) === wish.fingerprint) return resolve({ address, socket });
    reject(wish.onStranger(address));
    socket.destroy();
  });
  socket.on('error', (error) => reject(explainDial(error, address)));
  socket.once('close', () => {
    settle();
    reject(explainDial(new Error('it closes the connection'), address));
  });
  return promise;
}

/** Its key is what the child is known by: the verdict of TLS on its certificate does not matter. */
function begin(address: string, { serverName, identity }: DialWish): TLSSocket {
  return connect({
    ...parseAddress(address),
    ...identity,
    servername: serverName,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.3',
    ALPNProtocols: ['http/1.1'],
  });
}

function shownKey(socket: TLSSocket): string | undefined {
  const certificate = socket.getPeerX509Certificate();
  return certificate && keyFingerprint(certificate.publicKey);
}

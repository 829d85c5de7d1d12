/** What parents, invited ones and strangers do at an uplink port. */
import { createHash, X509Certificate } from 'node:crypto';
import tls from 'node:tls';
import type { UplinkIdentity } from '../../src/model/peer.ts';
import type { InvitationRecord } from '../../src/model/wire.ts';
import type { Issued } from '../tls/pki.ts';

export const root = 'fairlead.internal';
export const node = '0123456789abcdef';
export const pairedName = (authority: string, of = node): string => `${authority}-${of}.paired.${root}`;
export const invitedName = (id: string): string => `${id}.invite.${root}`;

export const parentIdentity = (
  shown: Issued,
  { authority = 'a1', pem, ...said }: { authority?: string; pem: string; id?: string; revoked?: boolean },
): UplinkIdentity => ({
  serverName: pairedName(authority),
  certificate: shown,
  authorities: [pem],
  admission: { kind: 'parent', id: 'node-1', name: 'front', revoked: false, ...said },
});

export const invitedIdentity = (shown: Issued, invitations: readonly InvitationRecord[]): UplinkIdentity => ({
  serverName: invitedName('*'),
  certificate: shown,
  authorities: [],
  admission: { kind: 'invited', invitations },
});

export const noParent = (shown: Issued): UplinkIdentity => ({
  serverName: `*.paired.${root}`,
  certificate: shown,
  authorities: [],
  admission: { kind: 'none', node },
});

export const invitation = (
  id: string,
  key: Issued,
  said: Partial<InvitationRecord> = {},
): InvitationRecord => ({
  id,
  keyFingerprint: createHash('sha256')
    .update(new X509Certificate(key.cert).publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex'),
  expiresAtMs: Date.now() + 3_600_000,
  state: 'open',
  ...said,
});

export interface Dial {
  readonly port: number;
  readonly serverName: string;
  readonly shown?: Issued | undefined;
  readonly session?: Buffer | undefined;
  readonly maxVersion?: tls.SecureVersion;
  readonly alpn?: string;
}

/** Resolves with the socket, whatever becomes of it: a client in TLS 1.3 is done before it is judged. */
export function dial({ port, serverName, shown, session, maxVersion, alpn }: Dial): tls.TLSSocket {
  const socket = tls.connect({
    port,
    host: '127.0.0.1',
    servername: serverName,
    rejectUnauthorized: false,
    cert: shown?.cert,
    key: shown?.key,
    session,
    maxVersion: maxVersion ?? 'TLSv1.3',
    ALPNProtocols: [alpn ?? 'http/1.1'],
  });
  return socket.on('error', () => {});
}

export interface Said {
  readonly method?: string;
  readonly path?: string;
  readonly fields?: string;
  readonly body?: string;
}

/** One request on a connection of its own; everything that was answered. */
export async function say(
  where: Dial,
  { method = 'GET', path = '/api/uplinks', fields = '', body = '' }: Said = {},
): Promise<string> {
  const socket = dial(where);
  const length = body === '' ? '' : `Content-Length: ${Buffer.byteLength(body)}\r\n`;
  socket.write(`${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${length}${fields}\r\n${body}`);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise((closed) => socket.once('close', closed));
  return Buffer.concat(chunks).toString();
}

export const statusOf = (answer: string): string => answer.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length);

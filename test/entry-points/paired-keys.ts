import { type Issued, Pki } from '../tls/pki.ts';
import type { UplinkIdentity } from '../../src/model/peer.ts';
import type { InvitationRecord } from '../../src/model/wire.ts';
import { invitation, invitedIdentity, noParent, parentIdentity } from './peer-client.ts';

export interface Standing {
  /** Of the parent. */
  readonly revoked?: boolean;
  /** Of the invitation. */
  readonly state?: InvitationRecord['state'];
}

/** The keys of a node, of a parent that it is paired with, and of somebody whom it has invited. */
export class PairedKeys implements Disposable {
  readonly own = new Pki();
  readonly authority = new Pki();
  readonly openKey = new Pki();
  readonly otherKey = new Pki();
  readonly shown: Issued = this.own.issue('child', { usage: 'serverAuth' });
  readonly parent: Issued = this.authority.issue('parent', { usage: 'clientAuth' });

  /** Two parents and one invitation, as an uplink port knows them. */
  identities({ revoked = false, state = 'open' }: Standing = {}): UplinkIdentity[] {
    const { shown, authority, openKey } = this;
    return [
      parentIdentity(shown, { pem: authority.ca.cert, revoked }),
      parentIdentity(shown, { pem: authority.ca.cert, authority: 'b2', id: 'node-2' }),
      invitedIdentity(shown, [invitation('open1', openKey.ca, { state })]),
      noParent(shown),
    ];
  }

  [Symbol.dispose](): void {
    for (const pki of [this.own, this.authority, this.openKey, this.otherKey]) pki[Symbol.dispose]();
  }
}

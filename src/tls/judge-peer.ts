import { createHash, type X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { Peer } from '../model/peer.ts';
import type { Admission, InvitationRecord } from '../model/wire.ts';
import { type ClientVerdict, certificateChain, certificateFault, refusal } from './client-certificate.ts';

type AdmissionOf<Kind extends Admission['kind']> = Extract<Admission, { readonly kind: Kind }>;

export interface PeerShown {
  /** As it counts now. */
  readonly admission: Admission;
  /** The name the client asked for. */
  readonly serverName: string;
  readonly nowMs: number;
}

/** Judges who has asked for a name of pairing, by the key it has proved to have. */
export function judgePeer(socket: TLSSocket, { admission, serverName, nowMs }: PeerShown): ClientVerdict {
  const [label = ''] = serverName.split('.');
  if (admission.kind === 'none') return unknownName(label, admission.node);
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return refusal('no-certificate', 'it showed no certificate');
  if (admission.kind === 'parent') return judgeParent(socket, { admission, certificate, nowMs });
  const invitation = admission.invitations.find(({ id }) => id === label);
  return judgeInvited(invitation, { label, certificate, nowMs });
}

function unknownName(label: string, node: string): ClientVerdict {
  if (node !== '' && label.endsWith(`-${node}`))
    return refusal(
      'wrong-authority',
      'this node is not paired with its authority, or no longer: pair them anew',
    );
  return refusal(
    'wrong-name',
    'it means another node: the address it has leads here by mistake, or this node has lost its data directory ' +
      'and has to be paired anew',
  );
}

interface ParentShown {
  readonly admission: AdmissionOf<'parent'>;
  readonly certificate: X509Certificate;
  readonly nowMs: number;
}

function judgeParent(socket: TLSSocket, { admission, certificate, nowMs }: ParentShown): ClientVerdict {
  const { id, name, revoked } = admission;
  const fault = certificateFault(socket, { nowMs, authorities: `the authority of the parent ${name}` });
  const isItsOwn = fault === undefined || datesAlone.includes(fault.reason);
  if (revoked && isItsOwn)
    return refusal('revoked', `the parent ${name} is revoked: an invitation would let it pair again`);
  if (fault !== undefined) return { ...fault, text: `${fault.text}${remedies[fault.reason] ?? ''}` };
  // The other certificates of the same authority are those of the parent's children.
  if (!certificate.keyUsage?.includes(clientAuth))
    return refusal(
      'certificate-refused',
      'its certificate is not made for clients (extended key usage clientAuth)',
    );
  const peer: Peer = { kind: 'parent', id, name };
  return { accepted: true, verified: true, certificates: certificateChain(socket), peer };
}

const datesAlone: readonly string[] = ['certificate-expired', 'certificate-not-yet-valid'];

const remedies: Readonly<Record<string, string>> = {
  'certificate-expired': ': one of the two clocks is wrong, or the parent could not renew it',
  'certificate-not-yet-valid': ': one of the two clocks is wrong',
};

/** OID of `id-kp-clientAuth`, RFC 5280 4.2.1.12. */
const clientAuth = '1.3.6.1.5.5.7.3.2';

interface InvitedShown {
  readonly label: string;
  readonly certificate: X509Certificate;
  readonly nowMs: number;
}

/** The key comes first: whoever has only heard the name of an invitation learns nothing of it. */
function judgeInvited(
  invitation: InvitationRecord | undefined,
  { label, certificate, nowMs }: InvitedShown,
): ClientVerdict {
  if (invitation === undefined)
    return refusal('invitation-unknown', `there is no invitation ${shownLabel(label)} here: ${inviteAgain}`);
  const { id, keyFingerprint, expiresAtMs, state } = invitation;
  if (fingerprintOf(certificate) !== keyFingerprint)
    return refusal('secret-wrong', `its secret is not that of the invitation ${id}: ${secretRemedy(id)}`);
  if (state === 'used')
    return refusal('invitation-used', `the invitation ${id} has been used already: ${inviteAgain}`);
  if (state === 'withdrawn')
    return refusal('invitation-withdrawn', `the invitation ${id} was withdrawn: ${inviteAgain}`);
  if (nowMs >= expiresAtMs)
    return refusal(
      'invitation-expired',
      `the invitation ${id} has expired on ${new Date(expiresAtMs).toISOString()}: ${inviteAgain}`,
    );
  const peer: Peer = { kind: 'invited', id, name: id, key: keyFingerprint };
  return { accepted: true, verified: false, certificates: [], peer };
}

const inviteAgain = 'make a new one by "fairlead pair invite"';

const secretRemedy = (id: string): string =>
  id === 'shared' ? 'give both sides the same hub.pairing.secret' : 'copy it whole, or make a new one';

/** A client may ask for any name. */
const shownLabel = (label: string): string => (/^[a-z0-9-]{1,63}$/.test(label) ? label : '(unreadable)');

function fingerprintOf({ publicKey }: X509Certificate): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('hex');
}

/** Whether who was let in once may stay: `ending` may finish what it has asked for. */
export type Standing = 'welcome' | 'ending' | 'unwelcome';

/** A parent that has replaced its authority stays under the new one. */
export function standingOf(peer: Peer, admissions: readonly Admission[]): Standing {
  const states = admissions.flatMap((admission) => statesOf(peer, admission));
  if (states.includes('open')) return 'welcome';
  return states.includes('used') ? 'ending' : 'unwelcome';
}

function statesOf({ kind, id, key }: Peer, admission: Admission): InvitationRecord['state'][] {
  if (admission.kind === 'parent')
    return kind === 'parent' && id === admission.id && !admission.revoked ? ['open'] : [];
  if (admission.kind !== 'invited' || kind !== 'invited') return [];
  return admission.invitations
    .filter((invitation) => invitation.id === id && invitation.keyFingerprint === key)
    .map(({ state }) => state);
}

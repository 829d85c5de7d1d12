/** What `fairlead pair …` says to people. */
import type { Invitation, PairingView, PeerView, Renewal } from '../../pairing/views.ts';
import { problemLines } from './problem-lines.ts';

/** Beside the invitation, which stands alone so that scripts can take it. */
export const invitationNote = ({ expiresAt }: Invitation): string =>
  `Good for one parent, until ${minute(expiresAt)}. On the parent:\n  fairlead pair join <this line>\n`;

export const joinedLine = ({ name, addresses, fingerprint }: PeerView): string =>
  `Paired with ${name} at ${addresses.join(', ')} (key ${short(fingerprint)}).\n`;

export function peerTable({ node, peers, invitations, problems }: PairingView): string {
  const head = `This node is ${node.name}, key ${short(node.fingerprint)}.\n`;
  const rows = peers.map((peer) => [
    peer.name,
    peer.role,
    peer.state,
    peer.addresses.join(', ') || '-',
    peer.certificateUntil === undefined ? '-' : minute(peer.certificateUntil),
    short(peer.fingerprint),
  ]);
  const table = peers.length === 0 ? 'It is not paired with anybody.\n' : columns([titles, ...rows]);
  const open = invitations.map(
    ({ id, expiresAt }) => `Invitation ${id} is open until ${minute(expiresAt)}.\n`,
  );
  return [head, table, ...open, ...problems.map(problemLines)].join('');
}

const titles = ['NAME', 'ROLE', 'STATE', 'ADDRESS', 'CERTIFICATE UNTIL', 'KEY'];

export function renewedLines(renewals: readonly Renewal[]): string {
  if (renewals.length === 0) return 'There is no peer with whom a certificate could be renewed.\n';
  return renewals
    .map(({ name, role, certificateUntil, error, remedy }) =>
      error === undefined
        ? `${role} ${name}: renewed, good until ${minute(certificateUntil ?? '')}\n`
        : `${role} ${name}: not renewed. ${error}\n${remedyLine(remedy)}`,
    )
    .join('');
}

/** Below what is wrong. */
export const remedyLine = (remedy: string | undefined): string =>
  remedy === undefined ? '' : `${' '.repeat(9)}${remedy}\n`;

/** A peer may be both. */
export const revokedLine = (name: string, peers: readonly PeerView[]): string =>
  `${name} is revoked as ${peers.map(({ role }) => `a ${role}`).join(' and as ')}; its connections are cut.\n`;

export const withdrawnLine = (id: string): string => `The invitation ${id} is withdrawn.\n`;

/** UTC, as logs have it. */
const minute = (time: string): string => `${time.slice(0, 16).replace('T', ' ')} UTC`;

/** Enough to compare two by eye. */
const short = (fingerprint: string): string => fingerprint.slice(0, 16);

function columns(rows: readonly (readonly string[])[]): string {
  const widths = titles.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ');
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('');
}

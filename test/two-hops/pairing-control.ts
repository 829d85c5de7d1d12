/** What a person does with pairing, asked of the program itself: the command line takes longer, and has its own tests. */
import assert from 'node:assert/strict';
import { askProgram } from '../../src/app/ask-program.ts';
import type { Invitation, PairingView, PeerView, Renewal } from '../../src/pairing/views.ts';
import type { ControlRequest } from '../../src/surfaces/cli/control.ts';
import type { PairingNode } from './pairing-nodes.ts';

type Node = Pick<PairingNode, 'program' | 'uplink'>;

async function ask<T>({ program }: Node, request: ControlRequest): Promise<T> {
  const answer = await askProgram(program.dataDirectory, request);
  assert.ok(answer.ok, JSON.stringify(answer));
  return answer.value as T;
}

export async function invite(child: Node): Promise<string> {
  const body = { addresses: [`127.0.0.1:${child.uplink}`] };
  const path = '/api/pairing/invitations';
  return (await ask<Invitation>(child, { method: 'POST', path, body })).invitation;
}

export const redeem = (parent: Node, invitation: string): Promise<PeerView> =>
  ask(parent, { method: 'POST', path: '/api/pairing/children', body: { invitation } });

/** Returns the invitation that has been used. */
export async function join(parent: Node, child: Node): Promise<string> {
  const invitation = await invite(child);
  await redeem(parent, invitation);
  return invitation;
}

export const peers = async (node: Node): Promise<readonly PeerView[]> =>
  (await ask<PairingView>(node, { method: 'GET', path: '/api/pairing' })).peers;

/** Name, role and state of each peer. */
export const relations = async (node: Node): Promise<string[]> =>
  (await peers(node)).map(({ name, role, state }) => `${name} ${role} ${state}`).sort();

export const renew = (node: Node): Promise<Renewal[]> =>
  ask(node, { method: 'POST', path: '/api/pairing/renewals' });

export const rollOver = (parent: Node): Promise<Renewal[]> =>
  ask(parent, { method: 'POST', path: '/api/pairing/authorities' });

export const revoke = (node: Node, name: string): Promise<PeerView[]> =>
  ask(node, { method: 'DELETE', path: `/api/pairing/peers/${name}` });

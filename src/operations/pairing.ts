/** Pairing, as people and programs ask for it. What a node may do to its peers is only for those who run it. */
import { z } from 'zod';
import type { Pairing } from '../pairing/pairing.ts';
import { PairingError } from '../pairing/pairing-error.ts';
import { parseDuration } from '../support/duration.ts';
import { defineOperation, OperationError } from './operation.ts';
import type { Surroundings } from './surroundings.ts';

const isPrivileged = true;

export const listPeers = defineOperation({
  name: 'list-peers',
  summary:
    'The parents and children this node is paired with, open invitations, and what is wrong between them.',
  input: z.object({}),
  isPrivileged,
  run: (_, surroundings) => pairingOf(surroundings).list(),
});

const duration = z
  .string()
  .transform((text) => parseDuration(text) ?? Number.NaN)
  .refine((ms) => ms >= 1_000, 'write it as 15m or 1h; a second at least');

export const invite = defineOperation({
  name: 'invite-parent',
  summary: 'Makes an invitation with which one parent may pair with this node, once.',
  input: z.object({
    /** What the parent is to call this node, unless it knows better. */
    name: z.string().optional(),
    /** `host:port` of an uplink entry point, as the parent reaches it; those of this machine when empty. */
    addresses: z.array(z.string()).default([]),
    expires: duration.default(3_600_000),
  }),
  isPrivileged,
  run: ({ name, addresses, expires }, surroundings) =>
    carriedOut(surroundings, (pairing) =>
      pairing.invite({
        addresses: addresses.length > 0 ? addresses : surroundings.uplinkAddresses(),
        name,
        expiresMs: expires,
      }),
    ),
});

export const withdraw = defineOperation({
  name: 'withdraw-invitation',
  summary: 'Makes an open invitation worthless.',
  input: z.object({ id: z.string() }),
  isPrivileged,
  run: ({ id }, surroundings) =>
    carriedOut(surroundings, async (pairing) => {
      await pairing.withdraw(id);
      return { id };
    }),
});

export const joinChild = defineOperation({
  name: 'join-child',
  summary: 'Redeems the invitation of a child: from then on it is a child of this node.',
  input: z.object({
    invitation: z.string(),
    name: z.string().optional(),
    /** Patterns of the uplink names it may advertise. Empty: all. */
    allow: z.array(z.string()).default([]),
    maxWeight: z.int().min(0).optional(),
  }),
  isPrivileged,
  run: (wish, surroundings) => carriedOut(surroundings, (pairing) => pairing.join(wish)),
});

export const renew = defineOperation({
  name: 'renew-certificates',
  summary:
    'Renews certificates now: those of children, and with parents that of this node; of one peer, or of all.',
  input: z.object({ name: z.string().optional() }),
  isPrivileged,
  run: ({ name }, surroundings) => carriedOut(surroundings, (pairing) => pairing.renew(name)),
});

export const rollOver = defineOperation({
  name: 'roll-over-authority',
  summary: 'Replaces the authority of this node, and moves its children to the new one.',
  input: z.object({}),
  isPrivileged,
  run: (_, surroundings) => carriedOut(surroundings, (pairing) => pairing.rollOver()),
});

export const revoke = defineOperation({
  name: 'revoke-peer',
  summary: 'Ends the pairing with a parent, a child, or a node that is both, and cuts its connections.',
  input: z.object({ name: z.string() }),
  isPrivileged,
  run: ({ name }, surroundings) => carriedOut(surroundings, (pairing) => pairing.revoke(name)),
});

function pairingOf({ pairing }: Surroundings): Pairing {
  if (pairing) return pairing;
  throw new OperationError('refused', 'pairing is not switched on', {
    code: 'not-paired',
    remedy:
      'Add "pairing: {}" to the section hub of the static configuration, or the flag --hub.pairing=true.',
  });
}

/** Who is told that something is done finds it so: whoever is invited is let in, whoever is revoked is out. */
async function carriedOut<T>(surroundings: Surroundings, work: (pairing: Pairing) => Promise<T>): Promise<T> {
  try {
    const done = await work(pairingOf(surroundings));
    await surroundings.settle();
    return done;
  } catch (error) {
    if (!(error instanceof PairingError)) throw error;
    const { code, message, remedy } = error;
    throw new OperationError(code === 'peer-unknown' ? 'not-found' : 'refused', message, { code, remedy });
  }
}

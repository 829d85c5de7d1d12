/** `hub.pairing`: how this node makes itself known to its peers, and whom it lets in without hands. */
import type { z } from 'zod';
import { duration, flag, integer, list, structure, text } from '../config/options.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const yearMs = 365 * dayMs;

export const pairingOptions = structure(
  {
    /** What peers call this node, unless they know better; the name of the host when empty. */
    name: text(),
    /** `host:port` under which parents reach an uplink entry point; those of this host's networks when empty. */
    addresses: list(),
    /** Given to both sides, it pairs them without hands. */
    secret: text({ secret: true }),
    /** A file that holds the secret; one that changes counts for pairings from then on. */
    secretFile: text(),
    /** Of what this node signs as a parent; renewed at half of it. */
    certificateLifetime: duration()
      .refine((ms) => ms >= minuteMs && ms <= yearMs, 'must be a minute at least, and a year at most')
      .default(dayMs),
    /** So many parents may pair by the secret. */
    maxParents: integer().min(0).default(1),
    /** Whether a peer that has lost its data directory may pair by the secret again. */
    rejoin: flag(),
  },
  { allowEmpty: true },
);

export type PairingOptions = z.output<typeof pairingOptions>;

import { free, integer, map, structure, text } from '../../config/options.ts';
import { uplinkEntryPointOptions } from '../../entry-points/options.ts';
import { pairingOptions } from '../../pairing/options.ts';
import { multiclusterOptions } from '../../providers/multicluster/options.ts';

const licensed = { notYet: 'it belongs to a product that Fairlead is not' };

/** What Traefik Hub calls multi-cluster, with its names. */
export const hubOptions = structure({
  uplinkEntryPoints: map(uplinkEntryPointOptions),
  providers: structure({ multicluster: multiclusterOptions.optional() }),
  /** Pairing with parents and children, and certificates that renew themselves. */
  pairing: pairingOptions.optional(),
  /** How many proxies a request may pass by way of uplinks before it is taken for a loop. */
  maxHops: integer().min(1).default(4),
  token: text({ ...licensed, secret: true }),
  apiManagement: free({ ...licensed, allowEmpty: true }).optional(),
});

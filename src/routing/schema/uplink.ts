import type { z } from 'zod';
import { integer, list, structure, text } from '../../config/options.ts';
import { uplinkHealthCheck, uplinkPassiveHealthCheck } from './health-check.ts';

const exposedName = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?$/;

/** A service as it is offered to parents. */
export const uplink = structure({
  /** Empty: all uplink entry points that are default, or simply all. */
  entryPoints: list(),
  weight: integer().min(0).default(1),
  /** The name parents see. Empty: the uplink's own. */
  exposeName: text()
    .max(253, 'a name has at most 253 characters')
    .regex(exposedName, 'a name begins and ends with a letter or digit; ".", "_" and "-" may stand between'),
  healthCheck: uplinkHealthCheck.optional(),
  passiveHealthCheck: uplinkPassiveHealthCheck.optional(),
});

export type Uplink = z.output<typeof uplink>;

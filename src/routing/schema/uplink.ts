import type { z } from 'zod';
import { integer, list, structure, text } from '../../config/options.ts';
import { isUplinkName, uplinkNameRule } from '../../model/uplink-name.ts';
import { uplinkHealthCheck, uplinkPassiveHealthCheck } from './health-check.ts';

/** A service as it is offered to parents. */
export const uplink = structure({
  /** Empty: all uplink entry points that are default, or simply all. */
  entryPoints: list(),
  weight: integer().min(0).default(1),
  /** The name parents see. Empty: the uplink's own. */
  exposeName: text().refine((name) => name === '' || isUplinkName(name), `the name has ${uplinkNameRule}`),
  /** Uplinks to go to instead, in order. */
  failover: list({ notYet: 'Write a service with a fallback on the parent until then.' }),
  healthCheck: uplinkHealthCheck.optional(),
  passiveHealthCheck: uplinkPassiveHealthCheck.optional(),
});

export type Uplink = z.output<typeof uplink>;

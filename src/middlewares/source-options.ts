/** How middlewares that count or admit requests tell their sources apart. */
import { flag, integer, list, structure, text } from '../config/options.ts';

export const ipStrategy = structure(
  {
    /** Position in X-Forwarded-For, from the right. */
    depth: integer(),
    excludedIPs: list(),
    /** Addresses of one IPv6 network of this size count as one. */
    ipv6Subnet: integer({ alwaysShown: true }).optional(),
  },
  { allowEmpty: true },
);

export const sourceCriterion = structure({
  ipStrategy: ipStrategy.optional(),
  requestHeaderName: text(),
  requestHost: flag(),
});

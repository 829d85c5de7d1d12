import type { z } from 'zod';
import { duration, flag, integer, structure, structures, text } from '../../config/options.ts';
import { healthCheck, passiveHealthCheck } from './health-check.ts';

const cookie = structure(
  {
    /** Empty: made from the name of the service. */
    name: text(),
    secure: flag(),
    httpOnly: flag(),
    sameSite: text(),
    maxAge: integer(),
    path: text().default('/'),
    domain: text(),
  },
  { allowEmpty: true, notYet: 'requests are not kept on one server yet' },
);

export const sticky = structure({ cookie: cookie.optional() }, { allowEmpty: true });

const serverFields = {
  url: text(),
  /** Absent: 1. */
  weight: integer({ alwaysShown: true }).optional(),
  /** Puts the path of the URL before that of the request. */
  preservePath: flag(),
};

export const server = structure(serverFields);

/** In labels the address is the container's; only its parts can be said. */
export const labelServer = structure({ ...serverFields, scheme: text(), port: text() });

/** Shown as it is written, and without effect: nothing of a response is ever held back, so nothing is to be flushed. */
const responseForwarding = structure({ flushInterval: duration().default(100) });

const balancerFields = {
  sticky: sticky.optional(),
  strategy: text().default('wrr'),
  healthCheck: healthCheck.optional(),
  passiveHealthCheck: passiveHealthCheck.optional(),
  passHostHeader: flag({ alwaysShown: true }).default(true),
  responseForwarding,
  serversTransport: text(),
};

export const loadBalancer = structure({ ...balancerFields, servers: structures(server) });

export const labelLoadBalancer = structure({
  ...balancerFields,
  servers: structures(labelServer, { labelName: 'server' }),
});

type WrittenServer = z.output<typeof server>;
type WrittenLoadBalancer = z.output<typeof loadBalancer>;

export interface Server extends WrittenServer {
  /** The server is the uplink port of a child, and this is what it calls the service. */
  readonly uplink?: string;
}

export interface LoadBalancer extends Omit<WrittenLoadBalancer, 'servers'> {
  readonly servers: readonly Server[];
}

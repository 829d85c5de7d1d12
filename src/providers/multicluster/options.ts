/** `hub.providers.multicluster`: the children of this node and how to reach them. */
import type { z } from 'zod';
import { duration, flag, integer, list, map, structure, text } from '../../config/options.ts';
import { forwardingTimeouts, serversTransportFields } from '../../routing/schema/servers-transport.ts';
import { hasOnlyChildNames, isChildAddress } from './child-address.ts';

const laterTimeouts = 'A request to a child is bounded by responseHeaderTimeout until then.';

const childTimeouts = structure({
  ...forwardingTimeouts.shape,
  readTimeout: duration({ notYet: laterTimeouts }),
  writeTimeout: duration({ notYet: laterTimeouts }),
});

/** Used for discovery and for traffic alike. */
const serversTransport = structure({
  ...serversTransportFields,
  maxIdleConnsPerHost: integer().default(200),
  forwardingTimeouts: childTimeouts.optional(),
});

export const childOptions = structure({
  /** `https://host:port` of an uplink entry point of the child. */
  address: text(),
  serversTransport,
  /** Patterns of the uplink names this child may advertise; `*` stands for any text. Empty: all. */
  allow: list(),
  /** What the child may ask for at most. */
  maxWeight: integer().min(0).optional(),
  /** For locality and spill-over; lower is nearer. */
  priority: integer(),
  /** Serve the child's own rules here. */
  publish: flag(),
}).refine((value) => isChildAddress(value.address), {
  path: ['address'],
  message:
    'must be the address of an uplink entry point, such as https://child1.example.com:9443, without a path',
});

const positive = 'must be more than 0';

export const multiclusterOptions = structure(
  {
    enabled: flag().default(true),
    /** For children without a stream of changes; no child waits longer to be tried again. */
    pollInterval: duration()
      .refine((ms) => ms > 0, positive)
      .default(5_000),
    pollTimeout: duration()
      .refine((ms) => ms > 0, positive)
      .default(5_000),
    /** Hear of changes as they happen where the child offers it; otherwise it is asked by `pollInterval`. */
    watch: flag().default(true),
    /** Drop what a silent child has advertised after this time; 0 keeps it for ever. */
    staleAfter: duration().refine((ms) => ms >= 0, 'must not be negative'),
    children: map(childOptions).refine(
      hasOnlyChildNames,
      'the name of a child is made of letters, digits, "-" and "_", without dots',
    ),
  },
  { allowEmpty: true },
);

export type MulticlusterOptions = z.output<typeof multiclusterOptions>;
export type ChildOptions = z.output<typeof childOptions>;
export type ChildTransport = z.output<typeof serversTransport>;

/** Services made of services. Labels may name those that are not carried out yet, without effect. */
import { flag, integer, list, structure, structures, text } from '../../config/options.ts';
import { sticky } from './load-balancer.ts';

/** A composite learns whether its parts are up. */
const propagation = structure({}, { allowEmpty: true });

const part = structure({ name: text(), weight: integer({ alwaysShown: true }).default(1) });

export const weighted = structure({
  services: structures(part),
  sticky: sticky.optional(),
  healthCheck: propagation.optional(),
});

export const highestRandomWeight = structure(
  { services: structures(part), healthCheck: propagation.optional() },
  { hiddenInLabels: true, notYet: 'services are not chosen by hash yet' },
);

export const mirroring = structure(
  {
    service: text(),
    mirrorBody: flag({ alwaysShown: true }).default(true),
    maxBodySize: integer({ alwaysShown: true }).default(-1),
    mirrors: structures(structure({ name: text(), percent: integer() })),
    healthCheck: propagation.optional(),
  },
  { hiddenInLabels: true, notYet: 'requests are not mirrored yet' },
);

const failoverErrors = structure({
  status: list(),
  maxRequestBodyBytes: integer({ alwaysShown: true }).default(-1),
});

export const failover = structure(
  {
    service: text(),
    fallback: text(),
    errors: failoverErrors.optional(),
    healthCheck: propagation.optional(),
  },
  { hiddenInLabels: true, notYet: 'services do not fail over yet' },
);

import type { z } from 'zod';
import { list, structure } from '../../config/options.ts';
import { failover, highestRandomWeight, mirroring, weighted } from './composite-services.ts';
import { type LoadBalancer, labelLoadBalancer, loadBalancer } from './load-balancer.ts';

const composites = {
  weighted: weighted.optional(),
  mirroring: mirroring.optional(),
  failover: failover.optional(),
  highestRandomWeight: highestRandomWeight.optional(),
};

/** Exactly one kind, and middlewares for whoever uses it. */
export const service = structure({
  loadBalancer: loadBalancer.optional(),
  ...composites,
  middlewares: list(),
});

export const labelService = structure({
  loadBalancer: labelLoadBalancer.optional(),
  ...composites,
  middlewares: list(),
});

type WrittenService = z.output<typeof service>;

export interface HttpService extends Omit<WrittenService, 'loadBalancer'> {
  readonly loadBalancer?: LoadBalancer;
  /** Answered by this program itself. */
  readonly internal?: 'api' | 'prometheus' | 'ping' | 'noop';
}

export type Weighted = z.output<typeof weighted>;

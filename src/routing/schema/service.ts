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

export interface HttpService extends Omit<WrittenService, 'loadBalancer' | 'weighted'> {
  readonly loadBalancer?: LoadBalancer;
  readonly weighted?: Weighted;
  /** Answered by this program itself. */
  readonly internal?: 'api' | 'prometheus' | 'ping' | 'noop';
}

type WrittenWeighted = z.output<typeof weighted>;

export interface Weighted extends Omit<WrittenWeighted, 'services'> {
  readonly services: readonly Part[];
}

interface Part {
  readonly name: string;
  readonly weight: number;
  /** It gets what none of the others can take. */
  readonly spare?: boolean;
}

import type { z } from 'zod';
import { integer, list, map, structure, structures, text } from '../../config/options.ts';

const router = structure(
  { entryPoints: list(), service: text() },
  { notYet: 'UDP routers are not served yet' },
);

const server = structure({ address: text() });
const labelServer = structure({ address: text({ hiddenInLabels: true }), port: text() });

const part = structure({ name: text(), weight: integer({ alwaysShown: true }).default(1) });
const weighted = structure({ services: structures(part) }, { hiddenInLabels: true }).optional();

const loadBalancer = structure({ servers: structures(server) }).optional();
const labelLoadBalancer = structure({
  servers: structures(labelServer, { labelName: 'server' }),
}).optional();

export const udpSection = structure({
  routers: map(router),
  services: map(structure({ loadBalancer, weighted })),
});

export const udpLabels = structure({
  routers: map(router),
  services: map(structure({ loadBalancer: labelLoadBalancer, weighted })),
});

export type UdpSection = z.output<typeof udpSection>;
export type UdpRouter = UdpSection['routers'][string];
export type UdpService = UdpSection['services'][string];

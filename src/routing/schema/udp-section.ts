import type { z } from 'zod';
import { integer, list, map, structure, structures, text } from '../../config/options.ts';

const router = structure({ entryPoints: list(), service: text() });

const server = structure({ address: text() });
export const labelUdpServer = structure({ address: text({ hiddenInLabels: true }), port: text() });

const part = structure({ name: text(), weight: integer({ alwaysShown: true }).default(1) });
const weighted = structure({ services: structures(part) }, { hiddenInLabels: true }).optional();

const loadBalancer = structure({ servers: structures(server) }).optional();
export const labelUdpLoadBalancer = structure({
  servers: structures(labelUdpServer, { labelName: 'server' }),
});

export const udpService = structure({ loadBalancer, weighted });
export const labelUdpService = structure({ loadBalancer: labelUdpLoadBalancer.optional(), weighted });
export const udpRouter = router;

export const udpSection = structure({
  routers: map(router),
  services: map(udpService),
});

export const udpLabels = structure({
  routers: map(router),
  services: map(labelUdpService),
});

export type UdpSection = z.output<typeof udpSection>;
export type UdpRouter = UdpSection['routers'][string];
export type UdpService = UdpSection['services'][string];

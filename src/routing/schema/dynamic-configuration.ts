/** Everything a provider can say about routing. Names are not qualified yet. */
import type { z } from 'zod';
import { structure } from '../../config/options.ts';
import { type HttpSection, httpLabels, httpSection } from './http-section.ts';
import { type TcpSection, tcpLabels, tcpSection } from './tcp-section.ts';
import { tlsLabels, tlsSection } from './tls-section.ts';
import { type UdpSection, udpLabels, udpSection } from './udp-section.ts';

/** As in files. */
export const dynamicConfiguration = structure({
  http: httpSection,
  tcp: tcpSection,
  udp: udpSection,
  tls: tlsSection,
});

/** As in labels below `traefik`: servers are described by parts of their address. */
export const labelConfiguration = structure({
  http: httpLabels,
  tcp: tcpLabels,
  udp: udpLabels,
  tls: tlsLabels,
});

export interface DynamicConfiguration {
  readonly http: HttpSection;
  readonly tcp: TcpSection;
  readonly udp: UdpSection;
  readonly tls: z.output<typeof tlsSection>;
}

export type LabelConfiguration = z.output<typeof labelConfiguration>;

/** What a provider says when it has nothing to say. */
export const emptyConfiguration = (): DynamicConfiguration => ({
  http: { routers: {}, services: {}, middlewares: {}, serversTransports: {}, uplinks: {} },
  tcp: { routers: {}, services: {}, middlewares: {}, serversTransports: {} },
  udp: { routers: {}, services: {} },
  tls: { certificates: [], options: {}, stores: {} },
});

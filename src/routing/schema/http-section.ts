import type { z } from 'zod';
import { free, map, structure } from '../../config/options.ts';
import { type HttpMiddleware, middleware } from './middlewares.ts';
import { type HttpRouter, router } from './router.ts';
import { type ServersTransport, serversTransport } from './servers-transport.ts';
import { type HttpService, labelService, service } from './service.ts';
import { type Uplink, uplink } from './uplink.ts';

const common = {
  routers: map(router),
  middlewares: map(middleware),
  serversTransports: map(serversTransport),
  uplinks: map(uplink),
};

export const httpSection = structure({ ...common, services: map(service) });

export const httpLabels = structure({
  ...common,
  services: map(labelService),
  models: free({ hiddenInLabels: true }),
});

export interface HttpSection {
  readonly routers: Readonly<Record<string, HttpRouter>>;
  readonly services: Readonly<Record<string, HttpService>>;
  readonly middlewares: Readonly<Record<string, HttpMiddleware>>;
  readonly serversTransports: Readonly<Record<string, ServersTransport>>;
  readonly uplinks: Readonly<Record<string, Uplink>>;
}

/** Whatever a file says is a section. */
export type WrittenHttpSection = z.output<typeof httpSection>;

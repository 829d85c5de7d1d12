import type { Usable } from '../../balancing/smooth-round-robin.ts';
import type { HttpMiddleware } from '../schema/middlewares.ts';
import type { HttpService } from '../schema/service.ts';
import type { TcpMiddleware, TcpRouter, TcpService } from '../schema/tcp-section.ts';
import type { UdpRouter, UdpService } from '../schema/udp-section.ts';
import type { BuiltRouter } from './build-routers.ts';
import type { PlacedUplink } from './uplink-table.ts';

export type Status = 'enabled' | 'warning' | 'disabled';

/** What runs, and what does not and why: the whole that the read API shows. Never changes. */
export interface RuntimeConfiguration {
  /** Sorted by name, like all that follow. */
  readonly routers: readonly BuiltRouter[];
  readonly services: readonly RuntimeService[];
  readonly middlewares: readonly RuntimeMiddleware[];
  readonly tcp: RuntimeTcp;
  readonly udp: RuntimeUdp;
  readonly uplinks: readonly RuntimeUplink[];
}

interface Judged {
  /** Qualified. */
  readonly name: string;
  readonly provider: string;
  readonly status: Status;
  readonly errors: readonly string[];
}

export interface RuntimeService extends Judged {
  readonly written: HttpService;
  /** Its servers are in use. */
  readonly built: boolean;
  /** How its servers are at the moment one looks; undefined where nobody checks. */
  readonly health: Usable | undefined;
  readonly usedBy: readonly string[];
}

export interface RuntimeMiddleware extends Judged {
  readonly written: HttpMiddleware;
  readonly usedBy: readonly string[];
}

export interface RuntimeTcp {
  readonly routers: readonly RuntimeStreamRouter<TcpRouter>[];
  readonly services: readonly RuntimeStreamService<TcpService>[];
  readonly middlewares: readonly (Judged & {
    readonly written: TcpMiddleware;
    readonly usedBy: readonly string[];
  })[];
}

export interface RuntimeUdp {
  readonly routers: readonly RuntimeStreamRouter<UdpRouter>[];
  readonly services: readonly RuntimeStreamService<UdpService>[];
}

export interface RuntimeStreamRouter<Written> extends Judged {
  /** As the API shows it: entry points filled in, middlewares qualified, the priority computed. */
  readonly written: Written;
  readonly using: readonly string[];
}

export interface RuntimeStreamService<Written> extends Judged {
  readonly written: Written;
  readonly built: boolean;
  /** How its servers are at the moment one looks; undefined where nobody checks. */
  readonly health: Usable | undefined;
  readonly usedBy: readonly string[];
}

/** An uplink as parents are told of it. */
export interface RuntimeUplink extends PlacedUplink {
  /** Of the routers that serve it. */
  readonly rules: readonly string[];
  readonly servers: number;
}

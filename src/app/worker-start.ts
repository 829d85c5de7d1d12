import { availableParallelism } from 'node:os';
import { portsCanBeShared } from '../entry-points/port-claim.ts';
import type { EntryPointSettings } from '../entry-points/settings.ts';
import type { UdpEntryPointSettings } from '../entry-points/udp-settings.ts';
import type { RequestMetricsOptions } from '../observability/metrics/request-metrics.ts';
import { requestMetricsOptions } from './request-metrics-options.ts';
import type { StaticConfiguration } from './static-options/static-configuration.ts';

/** What a worker is born with; everything else comes by messages. */
export interface WorkerStart {
  readonly entryPoints: readonly EntryPointSettings[];
  readonly udpEntryPoints: readonly UdpEntryPointSettings[];
  /** How many nodes a request may have passed by way of uplinks. */
  readonly hopsMax: number;
  /** What ping answers once the program has been asked to stop. */
  readonly terminatingStatus: number;
  /** What is counted of requests; undefined: nothing. */
  readonly metrics: RequestMetricsOptions | undefined;
}

/** What one of the workers is born with. */
export interface PlacedWorkerStart extends WorkerStart {
  /** Which of them it is, from 0; another one gets it when this one has died. */
  readonly place: number;
  /** There are providers that have not been heard yet. */
  readonly isDiscovering: boolean;
  /** The same in all workers: a TLS session begun at one may be resumed at another. */
  readonly ticketKeys: readonly Uint8Array[];
}

const usualTerminatingStatus = 503;

/** With the ports that were claimed. */
export interface WorkerPorts {
  readonly settings: readonly EntryPointSettings[];
  readonly udpSettings: readonly UdpEntryPointSettings[];
}

export function workerStart(
  configuration: StaticConfiguration,
  { settings, udpSettings }: WorkerPorts,
): WorkerStart {
  const { hub, ping } = configuration;
  return {
    entryPoints: settings,
    udpEntryPoints: udpSettings,
    hopsMax: hub.maxHops,
    terminatingStatus: ping?.terminatingStatusCode ?? usualTerminatingStatus,
    metrics: requestMetricsOptions(configuration),
  };
}

/** One for each processor, unless the configuration or the platform wants it otherwise. */
export function workerCount({ workers }: StaticConfiguration): number {
  if (!portsCanBeShared) return 1;
  return workers > 0 ? workers : availableParallelism();
}

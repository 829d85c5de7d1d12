import { passiveHealthWords } from '../../balancing/passive-health.ts';
import type { HttpQuestion } from '../../health/checked-service.ts';
import type { PassiveHealthRecord, ServerRecord, TransportRecord } from '../../model/wire.ts';
import type { HealthCheck, PassiveHealthCheck } from '../schema/health-check.ts';
import type { OwnCells } from './own-cells.ts';
import { contentHash } from './records.ts';
import { paceOf, type ServiceChecks, serviceChecks } from './service-checks.ts';

interface Surroundings {
  readonly healthCheck: HealthCheck | undefined;
  readonly servers: readonly ServerRecord[];
  readonly transport: TransportRecord | undefined;
  readonly cells: OwnCells;
}

/** More of them would not fit into a sensible share of the memory. */
const attemptsMax = 10_000;

export function passiveFault(passive: PassiveHealthCheck | undefined): string | undefined {
  if (passive === undefined || passive.maxFailedAttempts <= attemptsMax) return undefined;
  return `maxFailedAttempts of passiveHealthCheck is more than ${attemptsMax}`;
}

/** Where workers count what clients see of the servers; undefined where that is not asked for. */
export function passiveHealth(
  name: string,
  { passive, servers, cells }: PassiveSurroundings,
): PassiveHealthRecord | undefined {
  if (!passive || servers.length === 0) return undefined;
  const rules = {
    maxFailedAttempts: Math.max(passive.maxFailedAttempts, 1),
    failureWindowMs: passive.failureWindow,
  };
  const identity = `passive health ${name} ${contentHash([rules, servers])}`;
  return { ...rules, cell: cells.lease(identity, passiveHealthWords(servers.length, rules)) };
}

interface PassiveSurroundings {
  readonly passive: PassiveHealthCheck | undefined;
  readonly servers: readonly ServerRecord[];
  readonly cells: OwnCells;
}

/** How the servers of an HTTP service are looked after; undefined where that is not asked for. */
export function httpChecks(name: string, around: Surroundings): ServiceChecks | undefined {
  const { healthCheck, servers, transport, cells } = around;
  if (!healthCheck || !transport || servers.length === 0) return undefined;
  const asked = servers.map((server) => ({
    name: server.url,
    question: question(healthCheck, server, transport),
  }));
  return serviceChecks({ element: `service ${name}`, pace: healthCheck, servers: asked }, cells);
}

function question(
  check: HealthCheck,
  { url, uplink }: ServerRecord,
  transport: TransportRecord,
): HttpQuestion {
  const { mode, scheme, port, path, method, status, followRedirects, hostname, headers } = check;
  return {
    kind: mode === 'grpc' ? 'grpc' : 'http',
    url,
    scheme,
    port,
    path,
    method: method || 'GET',
    status,
    followRedirects,
    headers: {
      ...headers,
      ...(hostname && { Host: hostname }),
      ...(uplink !== undefined && { 'Fairlead-Uplink': `${uplink}; hops=1` }),
    },
    transport,
    ...paceOf(check),
  };
}

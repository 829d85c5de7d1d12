import { healthFlagWords } from '../../balancing/health-flags.ts';
import type { CheckedServer, CheckedService, Pace, Question } from '../../health/checked-service.ts';
import type { OwnCells } from './own-cells.ts';
import { contentHash } from './records.ts';

/** How the servers of a service are looked after. */
export interface ServiceChecks extends Omit<CheckedService, 'source'> {
  /** What was not understood as it was written. */
  readonly remark: string | undefined;
}

export interface Checked {
  /** Undefined where they are not. */
  readonly checks: ServiceChecks | undefined;
}

interface Asked {
  readonly element: string;
  /** As it was written. */
  readonly pace: WrittenPace;
  readonly servers: readonly { readonly name: string; readonly question: Question }[];
}

/** One flag for each server: the same memory for as long as the same is asked of the same servers. */
export function serviceChecks({ element, pace, servers: asked }: Asked, cells: OwnCells): ServiceChecks {
  const servers: CheckedServer[] = asked.map(({ name, question }) => ({
    name,
    identity: contentHash(withoutUs(question)),
    question,
  }));
  const identities = servers.map(({ name, identity }) => [name, identity]);
  const flags = cells.lease(`health ${element} ${contentHash(identities)}`, healthFlagWords(servers.length));
  return { element, flags, servers, remark: paceRemark(pace) };
}

/** Without the certificates that this node shows: with new ones it asks the same. */
const withoutUs = (question: Question): object => {
  const { transport, ...asked } = question;
  if ('certificates' in transport) return { ...asked, transport: { ...transport, certificates: [] } };
  return { ...asked, transport: { ...transport, tls: { ...transport.tls, certificates: [] } } };
};

interface WrittenPace {
  readonly interval: number;
  readonly unhealthyInterval?: number | undefined;
  readonly timeout: number;
}

const usualIntervalMs = 30_000;
const usualTimeoutMs = 5000;

/** What is 0 or less is as if it had not been written. */
export function paceOf({ interval, unhealthyInterval = 0, timeout }: WrittenPace): Pace {
  const intervalMs = interval > 0 ? interval : usualIntervalMs;
  return {
    intervalMs,
    unhealthyIntervalMs: unhealthyInterval > 0 ? unhealthyInterval : intervalMs,
    timeoutMs: timeout > 0 ? timeout : usualTimeoutMs,
  };
}

function paceRemark({ interval, timeout }: WrittenPace): string | undefined {
  const wrong = [...(interval > 0 ? [] : ['interval']), ...(timeout > 0 ? [] : ['timeout'])];
  const usual = `${usualIntervalMs / 1000}s and ${usualTimeoutMs / 1000}s`;
  if (wrong.length === 0) return undefined;
  return `its health check has no time above 0 for ${wrong.join(' and ')}; the usual ones are ${usual}, and used`;
}

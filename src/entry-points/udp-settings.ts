import type { Problem } from '../model/problem.ts';
import { parseListenAddress } from './address.ts';
import type { EntryPointOptions } from './options.ts';

/** A UDP entry point as workers need it: plain data. */
export interface UdpEntryPointSettings {
  readonly name: string;
  readonly host: string | undefined;
  /** 0 until one has been claimed. */
  readonly port: number;
  /** A session ends when nothing has come from either side for so long. */
  readonly idleMs: number;
  /** How long sessions may go on once the program has been asked to stop. */
  readonly graceMs: number;
}

const usualIdleMs = 3000;

/** The entry points whose address ends in `/udp`; what is wrong with an address is told with the others. */
export function udpEntryPointSettings(entryPoints: Readonly<Record<string, EntryPointOptions>>): {
  settings: UdpEntryPointSettings[];
  problems: Problem[];
} {
  const settings: UdpEntryPointSettings[] = [];
  const problems: Problem[] = [];
  for (const [name, { address: written, udp, transport }] of Object.entries(entryPoints)) {
    const address = parseListenAddress(written);
    if (typeof address === 'string' || address.protocol !== 'udp') continue;
    const { host, port } = address;
    const idleMs = udp?.timeout ?? usualIdleMs;
    if (idleMs <= 0) problems.push(noTimeout(name));
    settings.push({ name, host, port, idleMs, graceMs: transport.lifeCycle.graceTimeOut });
  }
  return { settings, problems };
}

const noTimeout = (name: string): Problem => ({
  code: 'entry-point-wrong',
  severity: 'error',
  source: { element: `entryPoints.${name}` },
  text: 'udp.timeout is not more than 0: no session would last.',
  remedy: `Write a time such as ${usualIdleMs / 1000}s, or leave it out.`,
});

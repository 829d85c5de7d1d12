/** What a person should know of pairing: children that cannot be won or kept, clocks that differ, a secret of no use. */
import type { Problem } from '../model/problem.ts';
import { expiryOf } from './certificates.ts';
import type { Book, ChildEntry } from './ledger-schema.ts';
import type { PairingError } from './pairing-error.ts';

export interface Findings {
  readonly book: Book;
  readonly nowMs: number;
  /** Why children are not as they should be, by name. */
  readonly failures: readonly (readonly [name: string, failure: PairingError])[];
  /** Undefined as long as a child has not said what time it is there. */
  readonly clockAheadMs: (child: ChildEntry) => number | undefined;
  readonly secret: { readonly file: string; readonly failure: PairingError | undefined };
}

const noticeMs = 60_000;
const yearMs = 365 * 86_400_000;

export function pairingProblems({ book, nowMs, failures, clockAheadMs, secret }: Findings): Problem[] {
  const { children } = book;
  const isKnown = (name: string) => children.some((child) => child.name === name);
  return [
    ...(secret.failure ? [secretProblem(secret.failure, secret.file)] : []),
    ...failures
      // That a child is away is told by those who want something of it.
      .filter(([name, { code }]) => code !== 'child-unreachable' || !isKnown(name))
      .map(([name, failure]) => failureProblem(name, failure)),
    ...children.flatMap((child) => clockProblems(child.name, clockAheadMs(child))),
    ...authorityProblems(book, nowMs),
  ];
}

const failureProblem = (child: string, { code, message, remedy }: PairingError): Problem => ({
  code,
  severity: 'warning',
  source: { provider: 'multicluster', child },
  text: message,
  remedy,
});

/** One that cannot be used at the start stops the program. */
const secretProblem = ({ code, message, remedy }: PairingError, file: string): Problem => ({
  code,
  severity: 'error',
  source: { file },
  text: message,
  remedy,
});

/** A quarter of an hour does no harm; more makes certificates that are good here worthless there. */
function clockProblems(child: string, aheadMs: number | undefined): Problem[] {
  if (aheadMs === undefined || Math.abs(aheadMs) < noticeMs) return [];
  const minutes = Math.round(Math.abs(aheadMs) / 60_000);
  return [
    {
      code: 'clock-differs',
      severity: 'warning',
      source: { provider: 'multicluster', child },
      text: `The clock of the child ${child} is ${minutes} min ${aheadMs > 0 ? 'ahead of' : 'behind'} the clock of this node.`,
      remedy: 'Set both clocks by NTP; certificates bear a difference of a quarter of an hour.',
    },
  ];
}

/** Nothing but a roll-over makes a new one, and children that are away for long are to get it in time. */
function authorityProblems({ authorities, children }: Book, nowMs: number): Problem[] {
  const newest = authorities.at(-1);
  const untilMs = newest && children.length > 0 ? expiryOf(newest.certificate) : Infinity;
  if (untilMs - nowMs > yearMs) return [];
  return [
    {
      code: 'authority-expires-soon',
      severity: 'warning',
      source: { provider: 'multicluster' },
      text: `The authority by which the children of this node know it ends on ${new Date(untilMs).toISOString().slice(0, 10)}.`,
      remedy: 'Replace it with "fairlead pair renew --roll-over", while all children are there.',
    },
  ];
}

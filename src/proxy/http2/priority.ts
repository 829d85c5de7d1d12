export interface Priority {
  /** 0 is the most urgent, 7 the least. */
  readonly urgency: number;
  /** What has come of it is of use before the rest. */
  readonly incremental: boolean;
}

export const usualPriority: Priority = { urgency: 3, incremental: false };

const URGENCY = /(?:^|,)[ \t]*u=([0-7])[ \t]*(?=[,;]|$)/g;
const INCREMENTAL = /(?:^|,)[ \t]*i(?:=\?([01]))?[ \t]*(?=[,;]|$)/g;

/** Reads a priority field or the like (RFC 9218); what cannot be understood changes nothing. */
export function parsePriority(text: string): Priority {
  const urgency = lastMatch(text, URGENCY)?.[1];
  const incremental = lastMatch(text, INCREMENTAL);
  if (urgency === undefined && incremental === undefined) return usualPriority;
  return {
    urgency: urgency === undefined ? usualPriority.urgency : Number(urgency),
    incremental: incremental !== undefined && incremental[1] !== '0',
  };
}

/** Of a key that is there twice the last one counts (RFC 8941, 3.2). */
function lastMatch(text: string, pattern: RegExp): RegExpExecArray | undefined {
  return [...text.matchAll(pattern)].at(-1);
}

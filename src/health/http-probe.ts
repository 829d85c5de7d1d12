import type { HttpQuestion } from './checked-service.ts';
import { httpTarget, tlsOf } from './http-target.ts';
import type { Probe } from './probe.ts';

/** The status of the answer is as it should be. Each time over a new connection: that is part of being well. */
export function httpProbe(question: HttpQuestion): Probe {
  const target = httpTarget(question);
  const secure = tlsOf(question.transport, target.url.hostname);
  return async (signal) => {
    // It takes as much memory as all the rest, and many nodes check nothing.
    const { requestStatus } = await import('./request-status.ts');
    const status = await requestStatus(question, { target, secure, signal });
    if (!isWell(status, question.status)) throw new Error(`it answers with status ${status}`);
  };
}

const isWell = (status: number, wanted: number): boolean =>
  wanted === 0 ? status >= 200 && status < 400 : status === wanted;

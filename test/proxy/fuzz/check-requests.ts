import assert from 'node:assert/strict';
import { judgeRequests } from './judge-requests.ts';
import { playRequests, type RequestOutcome } from './play-requests.ts';

/** Sends a text whole and in pieces; both are judged, and must come to the same. Gives how many requests went on. */
export async function checkRequests(pieces: readonly string[], { slow = false } = {}): Promise<number> {
  const text = pieces.join('');
  const whole = await playRequests([text]);
  const split = await playRequests(pieces, { slow });
  try {
    judgeRequests(text, whole);
    judgeRequests(text, split);
    assert.deepEqual(summary(text, split), summary(text, whole), 'it matters how the bytes are split');
  } catch (cause) {
    throw new Error(JSON.stringify(pieces), { cause });
  }
  return whole.seen.length;
}

const refusal = /HTTP\/1\.1 [45][^]*$/;

/** What comes whole is refused at once even if its head has no end; what comes in pieces may have to wait for it. */
function summary(text: string, { seen, told, closed }: RequestOutcome): object {
  const answers = told.replaceAll(/Date: [^\r]*\r\n/g, '');
  return text.endsWith('\r\n\r\n')
    ? { seen, answers, closed }
    : { seen, answers: answers.replace(refusal, '') };
}

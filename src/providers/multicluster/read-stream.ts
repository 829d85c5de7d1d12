/** What a child says as long as it can be heard: one answer after the other, and a sign of life in between. */
import { setTimeout as rest } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { Deadline } from './deadline.ts';
import { EventReader } from './event-reader.ts';
import { brokenOff } from './explain-error.ts';
import { ChildFailure } from './failure.ts';
import { answerBytesMax, type Reply, readEvent, tooLarge } from './read-answer.ts';

/** A child speaks twice a second; one that misses four times is out of reach, whatever TCP believes. */
export const silenceMs = 2_000;
/** So much time lies between two answers, however many a child sends. */
const restMs = 20;

export interface Hearing {
  /** Set until the first answer; from then on it measures silence. */
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
}

/**
 * A stream that ends is no failure: the child is asked again at once, and what is wrong with it will be seen then.
 */
export async function* readStream(
  { headers, body }: Dispatcher.ResponseData,
  { deadline, signal }: Hearing,
): AsyncGenerator<Reply, void> {
  const events = new EventReader({ bytesMax: answerBytesMax, tooLarge });
  let isHeard = false;
  for await (const chunk of chunksOf(body, deadline)) {
    const came = events.read(chunk);
    if (came.some(({ type }) => type === 'renew')) yield { kind: 'renewal-wanted' };
    const newest = came.findLast(({ type }) => type === 'message')?.data;
    if (newest === undefined && !isHeard) continue;
    isHeard = true;
    deadline.lift();
    yield newest === undefined ? { kind: 'unchanged' } : readEvent(newest, headers);
    if (newest !== undefined) await rest(restMs, undefined, { signal });
    deadline.set(silenceMs, silent);
  }
  if (!isHeard) throw new ChildFailure(brokenOff);
}

async function* chunksOf(body: AsyncIterable<Uint8Array>, { signal }: Deadline): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch {
    signal.throwIfAborted();
  }
}

const silent = new ChildFailure({
  code: 'child-unreachable',
  text: `nothing has come through its connection for ${silenceMs / 1000} s`,
  remedy: 'Check the network between the two hosts, and that the child is not overloaded.',
});

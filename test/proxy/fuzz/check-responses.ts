import assert from 'node:assert/strict';
import { judgeResponses, readClient } from './judge-responses.ts';
import { playResponses, type ResponseCase, type ResponseOutcome } from './play-responses.ts';

/** Has a text answered whole and in pieces; both are judged, and must come to the same. */
export async function checkResponses(given: ResponseCase): Promise<boolean> {
  const one: ResponseCase = { ...given, pieces: [given.pieces.join('')], slow: false };
  const whole = await playResponses(one);
  const split = await playResponses(given);
  try {
    judgeResponses(one, whole);
    judgeResponses(given, split);
    // While more may come, pieces leave the proxy waiting where the whole has been refused at once.
    if (given.ending !== 'stays' || (whole.error === undefined) === (split.error === undefined)) {
      assert.deepEqual(summary(given, split), summary(given, whole), 'it matters how the bytes are split');
    }
  } catch (cause) {
    throw new Error(JSON.stringify(given), { cause });
  }
  return whole.error === undefined;
}

function summary({ request }: ResponseCase, outcome: ResponseOutcome): object {
  using client = readClient(request, outcome);
  const { messages, tunnel } = client;
  const { error, later, ended, broken } = outcome;
  return { messages: messages.map(withoutDate), tunnel, status: error?.status, later, ended, broken };
}

function withoutDate<T extends { readonly fields: readonly (readonly [string, string])[] }>(message: T): T {
  return { ...message, fields: message.fields.filter(([name]) => name !== 'Date') };
}

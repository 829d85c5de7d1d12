/** What parent and child say to each other: JSON in both directions, each answer to one question. */
import { z } from 'zod';
import { PairingError } from './pairing-error.ts';

const word = z.string().min(1).max(253);
const pem = z.string().startsWith('-----BEGIN CERTIFICATE-----').max(8_192);
/** Milliseconds since 1970, by the clock of the speaker. */
const time = z.number();

/** Who speaks. */
const speaker = { node: word, name: word, time };
/** What the parent gives to the child. */
const issued = { authority: pem, certificate: pem };

export const questions = {
  greeting: z.object(speaker),
  acceptance: z.object({ ...speaker, ...issued }),
  'renewal-request': z.object(speaker),
  renewal: z.object(issued),
  farewell: z.object({}),
};

export type Question = keyof typeof questions;
export const isQuestion = (word: string): word is Question => Object.hasOwn(questions, word);

export type Asked<Q extends Question> = z.output<(typeof questions)[Q]>;

/** Signed by its own key: that is the key the parent certifies. */
const request = z.object({ ...speaker, request: pem });

type RequestMessage = z.output<typeof request>;

interface AnswerOf {
  greeting: RequestMessage;
  acceptance: object;
  'renewal-request': RequestMessage;
  renewal: object;
  farewell: object;
}

export type Answered<Q extends Question> = AnswerOf[Q];

export const answers: { readonly [Q in Question]: z.ZodType<Answered<Q>> } = {
  greeting: request,
  acceptance: z.object({}),
  'renewal-request': request,
  renewal: z.object({}),
  farewell: z.object({}),
};

export const refusalMessage = z.object({ code: z.string(), text: z.string(), remedy: z.string() });

/** Reads what the other side has said. */
export function readMessage<T>(schema: z.ZodType<T>, message: unknown): T {
  const read = schema.safeParse(message);
  if (read.success) return read.data;
  const place = read.error.issues[0]?.path.join('.') ?? '';
  throw new PairingError(
    'peer-answer-wrong',
    `What the other node says about pairing cannot be read${place && ` (${place})`}.`,
    'Check that both nodes run versions of Fairlead that go together.',
  );
}

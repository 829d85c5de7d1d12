/** What must be true of every text, whoever wrote it. */
import assert from 'node:assert/strict';
import { cleanPath } from '../../../src/rules/path/clean-path.ts';
import { cleanQuery } from '../../../src/rules/path/clean-query.ts';
import { LlhttpReader, type Message } from './llhttp.ts';
import type { RequestOutcome } from './play-requests.ts';

/** llhttp has no patience with bytes that we send on as escapes. */
const highTarget = /^\S+ [^\r\n ]*[\x80-\xff]/m;

/** Only what llhttp takes is forwarded, and it arrives as what it was. */
export function judgeRequests(text: string, outcome: RequestOutcome): void {
  using reference = new LlhttpReader().read(text);
  const meant = reference.messages.filter(({ url }) => url !== '*');
  assert.equal(outcome.fault, undefined);
  if (highTarget.test(text)) return;
  const { seen, unfinished } = outcome;
  assert.ok(
    meant.filter(({ complete }) => complete).length >= seen.length,
    'more was forwarded than llhttp takes',
  );
  seen.forEach((message, index) => assert.deepEqual(asSeen(message), asMeant(meant[index]!)));
  if (unfinished !== undefined) judgeUnfinished(unfinished, meant[seen.length]);
  judgeAnswers(outcome, reference.messages);
}

/** The beginning of a request may have gone on; then it was the beginning of this one. */
function judgeUnfinished(unfinished: Message, meant: Message | undefined): void {
  assert.ok(meant !== undefined, 'the beginning of a request was forwarded that llhttp does not take');
  const { body, trailers: _, ...head } = asSeen(unfinished);
  const { body: whole, trailers: __, ...meantHead } = asMeant(meant);
  assert.deepEqual(head, meantHead);
  assert.ok(whole.startsWith(body), 'another body was forwarded');
}

/** Each request has one answer, in order; then perhaps one refusal, after which the connection ends. */
function judgeAnswers({ seen, taken, told, closed }: RequestOutcome, meant: readonly Message[]): void {
  const methods = taken.values();
  const answersTo = meant.map(({ url }) => (url === '*' ? 'OPTIONS' : (methods.next().value ?? 'GET')));
  using reader = new LlhttpReader({ answersTo }).read(told);
  const answers = reader.messages.filter(({ status }) => status >= 200);
  assert.equal(reader.refusal, undefined, 'the client cannot read its answers');
  assert.ok(
    answers.every(({ complete }) => complete),
    'an answer is not complete',
  );
  const forwarded = answers.filter(({ fields }) => fields.some(([name]) => name === 'X-Seen'));
  assert.deepEqual(
    forwarded.map(({ fields }) => Number(fields.find(([name]) => name === 'X-Seen')![1])),
    [...seen.keys()],
  );
  const refusals = answers.filter(({ status }) => status >= 400);
  assert.ok(
    refusals.length <= 1 && (refusals.length === 0 || answers.at(-1)!.status >= 400),
    'an answer after a refusal',
  );
  if (refusals.length > 0) assert.ok(closed, 'a connection is used on after a refusal');
}

interface Compared {
  readonly method: string;
  readonly target: string;
  readonly host: string;
  readonly fields: readonly (readonly [string, string])[];
  readonly body: string;
}

/** What a request says, without what is the proxy's to decide. */
function asMeant({ method, url, fields, body }: Message): Compared & Pick<Message, 'trailers'> {
  const [, authority, rest] = /^https?:\/\/([^/?#]*)(.*)$/is.exec(url) ?? [undefined, undefined, url];
  const [, path, query] = /^([^?]*)(.*)$/s.exec(rest!)!;
  const host = authority ?? valueOf(fields, 'host') ?? '';
  const tokens = new Set(
    fields
      .filter(([name]) => name.toLowerCase() === 'connection')
      .flatMap(([, list]) => list.toLowerCase().split(/[ \t]*,[ \t]*/)),
  );
  return {
    method,
    target: cleanPath(path!, true) + cleanQuery(query!, false),
    host,
    fields: fields.filter(([name]) => isOwn(name) && !tokens.has(name.toLowerCase())),
    body,
    trailers: [],
  };
}

function asSeen({ method, url, fields, body, trailers }: Message): Compared & Pick<Message, 'trailers'> {
  const host = valueOf(fields, 'host') ?? '';
  for (const [name, value] of fields) {
    assert.ok(allowed[name.toLowerCase()]?.test(value) ?? true, `${name}: ${value} was forwarded`);
  }
  return { method, target: url, host, fields: fields.filter(([name]) => isOwn(name)), body, trailers };
}

/** Of these the proxy decides what is sent on, and these it may send. */
const never = /^(?!)/;
const allowed: Record<string, RegExp> = {
  connection: /^Upgrade$/,
  te: /^trailers$/,
  'keep-alive': never,
  'proxy-connection': never,
  'fairlead-uplink': never,
  'x-forwarded-for': /^192\.0\.2\.1$/,
  'x-real-ip': /^192\.0\.2\.1$/,
  'transfer-encoding': /^chunked$/,
  'content-length': /^\d+$/,
  expect: /^100-continue$/,
};
const proxys =
  /^(?:host|content-length|transfer-encoding|connection|keep-alive|proxy-.*|te|trailer|upgrade|expect|fairlead-uplink|x[-_]forwarded[-_].*|x[-_]real[-_]ip)$/i;

function isOwn(name: string): boolean {
  return !proxys.test(name);
}

function valueOf(fields: Message['fields'], name: string): string | undefined {
  return fields.find(([given]) => given.toLowerCase() === name)?.[1];
}

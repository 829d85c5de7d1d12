/** What must be true of every answer, whatever the server made of it. */
import assert from 'node:assert/strict';
import { LlhttpReader, type Message } from './llhttp.ts';
import { laterAnswer, type ResponseCase, type ResponseOutcome } from './play-responses.ts';

/** The client gets only what llhttp takes, as what it was; and never anything else as the answer to a later request. */
export function judgeResponses({ request, pieces, ending }: ResponseCase, outcome: ResponseOutcome): void {
  const method = request.slice(0, request.indexOf(' '));
  using reference = new LlhttpReader({ answersTo: [method] }).read(pieces.join(''));
  if (ending === 'ends') reference.end();
  using view = readClient(request, outcome);
  const [answer, later, ...more] = view.messages.filter(isFinal);
  assert.equal(more.length, 0, 'more answers than requests');
  assert.equal(view.refusal, undefined, 'the client cannot read its answers');
  if (outcome.error !== undefined) judgeOwn(answer, outcome);
  else if (answer?.status === 101) judgeTunnel({ view, reference }, outcome);
  else if (answer !== undefined && isTolerated({ method, answer, reference })) assert.ok(answer.complete);
  else if (answer !== undefined) judgeAnswer(answer, { meant: reference.messages.find(isFinal), outcome });
  else assert.ok(ending === 'stays' || outcome.broken, 'the client waits for an answer that cannot come');
  judgeInterims(view, reference);
  judgeLater({ answer, later, view }, outcome);
}

export function readClient(request: string, { told }: ResponseOutcome): LlhttpReader {
  return new LlhttpReader({ answersTo: [request.slice(0, request.indexOf(' ')), 'GET'] }).read(told);
}

/** Lengths of a body that is not there may contradict each other: servers do that, and nothing follows them. */
function isTolerated(given: { method: string; answer: Message; reference: LlhttpReader }): boolean {
  const { method, answer, reference } = given;
  const bodiless = method === 'HEAD' || answer.status === 204 || answer.status === 304;
  return bodiless && /Content-Length|Transfer-Encoding/i.test(reference.refusal ?? '');
}

/** The proxy's own answer: always whole. */
function judgeOwn(answer: Message | undefined, { error }: ResponseOutcome): void {
  assert.ok(answer?.complete, 'no answer of the proxy');
  assert.equal(answer.status, error!.status);
  assert.equal(answer.status >= 500, true);
}

function judgeAnswer(
  answer: Message,
  { meant, outcome }: { meant: Message | undefined; outcome: ResponseOutcome },
): void {
  assert.ok(meant !== undefined, 'llhttp takes this for no answer');
  assert.equal(answer.status, meant.status);
  assert.deepEqual(ownFields(answer), ownFields(meant));
  assert.ok(meant.body.startsWith(answer.body), 'another body');
  if (!answer.complete) return;
  assert.ok(meant.complete, 'the answer was not complete');
  assert.equal(answer.body, meant.body);
  const trailers = meant.trailers.filter(([name]) => isTrailer(name));
  if (answer.body !== '') assert.deepEqual(answer.trailers, trailers);
  assert.ok(!outcome.broken, 'broken after a whole answer');
}

/** Bytes, not requests: the second one goes to the server as well. */
function judgeTunnel(
  { view, reference }: Record<'view' | 'reference', LlhttpReader>,
  { later }: ResponseOutcome,
): void {
  const meant = reference.messages.find(isFinal);
  assert.equal(meant?.status, 101);
  const bytes = reference.tunnel ?? '';
  const alike = view.tunnel === bytes || (later > 0 && view.tunnel === bytes + laterAnswer);
  assert.ok(alike, `other bytes in the tunnel: ${view.tunnel}`);
}

/** Interim answers come before the one they belong to, in order; none is made up. */
function judgeInterims(view: LlhttpReader, reference: LlhttpReader): void {
  const meant = reference.messages.values();
  for (const message of view.messages) {
    if (isFinal(message)) return;
    let candidate = meant.next();
    while (!candidate.done && candidate.value.status !== message.status) candidate = meant.next();
    assert.ok(!candidate.done && !isFinal(candidate.value), 'an interim answer nobody gave');
    assert.deepEqual(ownFields(message), ownFields(candidate.value));
  }
}

/** The second request has its own answer, or none because the connection has ended. */
function judgeLater(
  { answer, later, view }: { answer: Message | undefined; later: Message | undefined; view: LlhttpReader },
  outcome: ResponseOutcome,
): void {
  if (answer?.status === 101) return;
  assert.ok(outcome.later <= 1, 'the second request was sent twice');
  const goesOn = answer?.complete === true && !outcome.ended && !outcome.broken;
  assert.equal(later !== undefined, goesOn, 'the second request');
  if (later === undefined) return;
  assert.equal(outcome.later, 1);
  assert.equal(later.body, 'later');
  assert.ok(later.complete && later.fields.some(([name]) => name === 'X-Later'), 'another answer');
  const count = view.messages.length;
  view.read('HTTP/1.1 200 OK\r\nX-Probe: 1\r\nContent-Length: 0\r\n\r\n');
  assert.equal(view.messages.length, count + 1, 'something follows the last answer');
}

function isFinal({ status }: Message): boolean {
  return status >= 200 || status === 101;
}

function ownFields({ fields }: Message): (readonly [string, string])[] {
  const tokens = new Set(
    fields
      .filter(([name]) => name.toLowerCase() === 'connection')
      .flatMap(([, list]) => list.toLowerCase().split(/[ \t]*,[ \t]*/)),
  );
  return fields.filter(([name]) => isOwn(name) && !tokens.has(name.toLowerCase()));
}

const proxys =
  /^(?:date|content-length|transfer-encoding|connection|keep-alive|proxy-connection|proxy-auth.*|te|trailer|upgrade)$/i;

/** Those of a head but for one, and some that only a head may have. */
function isTrailer(name: string): boolean {
  return /^date$/i.test(name) || (isOwn(name) && !neverTrailers.test(name));
}

const neverTrailers =
  /^(?:fairlead-uplink|x-forwarded-.*|x-real-ip|content-encoding|content-type|content-range|host|authorization|cookie|set-cookie|expect)$/i;

function isOwn(name: string): boolean {
  return !proxys.test(name);
}

/**
 * What nginx and HAProxy make of the same bytes: where they and we let a request pass, it is the same request; and
 * what we send on they read as we meant it. They may refuse more: then nobody disagrees.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import type { Message } from './llhttp.ts';
import { playRequests } from './play-requests.ts';
import { Recorder } from './recorder.ts';
import { isInstalled, Referee, type RefereeName, refereeNames } from './referees.ts';
import { requestText } from './request-texts.ts';
import { runCases, seed, shareOf } from './run.ts';

for (const name of refereeNames) {
  test(`${name} reads what we read (seed ${seed})`, {
    skip: isInstalled(name) ? false : `${name} is not installed`,
  }, async () => {
    await using court = await Court.open(name);
    let compared = 0;
    await runCases(shareOf(1 / 50), async (random) => {
      const text = requestText(random);
      if (text === '' || skipped.test(text)) return;
      const { seen, sent } = await playRequests([text]);
      if (seen.length === 0) return;
      const context = JSON.stringify(text);
      for (const { bytes, messages } of sent) {
        const judged = (await court.hear(bytes)).map(essence);
        assert.deepEqual(
          judged,
          messages.slice(0, judged.length).map(essence),
          `as it is sent on: ${context}`,
        );
      }
      const meant = seen.map(essence);
      const judged = (await court.hear(text)).map(essence);
      const both = Math.min(judged.length, meant.length);
      assert.deepEqual(judged.slice(0, both), meant.slice(0, both), context);
      compared += both;
    });
    assert.ok(compared > shareOf(1 / 50) / 8, `only ${compared} requests were compared`);
  });
}

/**
 * Methods that referees answer themselves, and targets that they pass on raw and the server behind them refuses: nobody
 * would know which request is which.
 */
const skipped = /TRACE|CONNECT|OPTIONS \*|^[A-Z]+ \S*[\x80-\xff]/m;

/** Targets are cleaned by us and not by them; the rest has to be the same. */
function essence({ method, body }: Message): { method: string; body: string } {
  return { method, body };
}

/** A referee and the server behind it. */
class Court implements AsyncDisposable {
  readonly #recorder: Recorder;
  readonly #referee: Referee;

  private constructor(recorder: Recorder, referee: Referee) {
    this.#recorder = recorder;
    this.#referee = referee;
  }

  static async open(name: RefereeName): Promise<Court> {
    const recorder = await Recorder.start();
    return new Court(recorder, await Referee.start(name, recorder.port));
  }

  /** All requests that it takes from these bytes and sends on. */
  async hear(bytes: string): Promise<readonly Message[]> {
    const socket = connect(this.#referee.port, '127.0.0.1');
    await once(socket, 'connect');
    const whom = String(socket.localPort);
    // Of somebody who had this port before.
    this.#recorder.take(whom);
    socket.on('error', () => {});
    socket.write(bytes, 'latin1');
    socket.resume();
    await once(socket, 'close');
    return this.#recorder.take(whom);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#referee[Symbol.asyncDispose]();
    await this.#recorder[Symbol.asyncDispose]();
  }
}

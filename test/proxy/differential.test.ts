/**
 * Our reader against llhttp, as Node's HTTP server runs it: what llhttp refuses we refuse, and what both accept
 * we frame alike. `FAIRLEAD_FUZZ_SECONDS` makes it run longer, `FAIRLEAD_FUZZ_SEED` repeats a run.
 */
import assert from 'node:assert/strict';
import { createServer, METHODS } from 'node:http';
import { Duplex } from 'node:stream';
import { test } from 'node:test';
import { INCOMPLETE } from '../../src/proxy/http1/field-scanner.ts';
import { IncomingBody } from '../../src/proxy/http1/incoming-body.ts';
import { RequestHead } from '../../src/proxy/http1/request-head.ts';
import { freshMemory } from '../../src/proxy/read-memory.ts';
import { mutations, randomFrom } from './mutations.ts';

const seconds = Number(process.env.FAIRLEAD_FUZZ_SECONDS ?? 1);
const seed = Number(process.env.FAIRLEAD_FUZZ_SEED ?? Date.now() % 1_000_000);

interface Read {
  readonly method: string;
  readonly target: string;
  readonly body: string;
}

/** All requests in the text that are whole, and whether the text was refused. */
interface Reading {
  readonly requests: Read[];
  readonly refused: boolean;
}

const head = new RequestHead();
const owner = {
  memory: freshMemory,
  bodyWanted() {},
  bodyFull() {},
  bodyResumed() {},
  bodyEnded() {},
  bodyCancelled() {},
};

function ours(text: string): Reading {
  const bytes = Buffer.from(text, 'latin1');
  const requests: Read[] = [];
  let at = 0;
  while (at < bytes.length) {
    while (bytes[at] === 13 && bytes[at + 1] === 10) at += 2;
    if (at === bytes.length) break;
    const after = head.read(bytes, at, bytes.length, 'nobody');
    if (after === INCOMPLETE) return { requests, refused: false };
    if (after < 0) return { requests, refused: true };
    const { method, path, query } = head;
    let body = '';
    let ended = head.framing === 0;
    at = after;
    if (!ended) {
      const incoming = new IncomingBody(owner, head.framing);
      incoming.start({
        write: (chunk) => {
          body += Buffer.from(chunk).toString('latin1');
          return true;
        },
        end: () => {
          ended = true;
        },
        abort() {},
      });
      try {
        at = incoming.take(bytes, at, bytes.length);
      } catch {
        return { requests, refused: true };
      }
    }
    if (!ended) return { requests, refused: false };
    requests.push({ method, target: path + query, body });
    if (!head.keepAlive || head.upgrade !== undefined) break;
  }
  return { requests, refused: false };
}

/** A connection without a network. */
class Wire extends Duplex {
  override _read(): void {}
  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done();
  }
}

async function theirs(text: string): Promise<Reading> {
  const requests: Read[] = [];
  let refused = false;
  const server = createServer({ insecureHTTPParser: false }, (request, response) => {
    let body = '';
    request.setEncoding('latin1');
    request.on('error', () => {});
    request.on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => {
      requests.push({ method: request.method ?? '', target: request.url ?? '', body });
      response.end();
    });
  });
  server.on('clientError', (error: NodeJS.ErrnoException) => {
    refused ||= error.code?.startsWith('HPE_') === true && error.code !== 'HPE_INVALID_EOF_STATE';
  });
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  const wire = new Wire();
  server.emit('connection', wire);
  wire.push(Buffer.from(text, 'latin1'));
  for (let turn = 0; turn < 12; turn++) await new Promise(setImmediate);
  wire.destroy();
  server.close();
  return { requests, refused };
}

test(`what llhttp refuses is refused, what both accept is the same (seed ${seed})`, async () => {
  const random = randomFrom(seed);
  const until = performance.now() + seconds * 1000;
  let both = 0;
  for (let round = 0; round < 200 || performance.now() < until; round++) {
    const text = mutations(random);
    const mine = ours(text);
    if (mine.requests.length === 0 || mine.requests.some(beyondLlhttp)) continue;
    const reference = await theirs(text);
    both++;
    const context = JSON.stringify(text);
    assert.ok(mine.requests.length <= reference.requests.length, `accepted more than llhttp: ${context}`);
    mine.requests.forEach((request, index) => {
      assert.deepEqual(request, originForm(reference.requests[index]!), context);
    });
  }
  assert.ok(both > 20, 'the texts are too broken to compare anything');
});

/** It has a list of methods where any token is one, and no patience with bytes that we send on as escapes. */
function beyondLlhttp({ method, target }: Read): boolean {
  return !METHODS.includes(method) || /[\x80-\xff]/.test(target);
}

/** We read an absolute target as its path and take its host for the host. */
function originForm(request: Read): Read {
  return { ...request, target: request.target.replace(/^https?:\/\/[^/?#]*/i, '') };
}

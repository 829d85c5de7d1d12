import assert from 'node:assert/strict';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { after, describe, it } from 'node:test';
import { DockerProvider } from '../../../src/providers/docker/docker-provider.ts';
import { resolveEndpoint } from '../../../src/providers/docker/engine/endpoint.ts';
import { Engine } from '../../../src/providers/docker/engine/engine.ts';
import type { Snapshot } from '../../../src/providers/provider.ts';
import { expand } from '../../conformance/engine.mjs';
import { optionsOf } from './containers.ts';

type Answer = (response: ServerResponse) => void;

const mebibyte = 1024 * 1024;
const json =
  (value: unknown, status = 200): Answer =>
  (response) => {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
  };
/** Begins to answer and never ends. */
const unfinished: Answer = (response) => void response.write('[');
/** Valid JSON, and mostly blanks; what the reader does not take is not written either. */
const blown =
  (mebibytes: number, value: unknown, status = 200): Answer =>
  (response) => {
    response.writeHead(status);
    pipeline(Readable.from(blanksBefore(value, mebibytes)), response, () => {});
  };

function* blanksBefore(value: unknown, mebibytes: number) {
  const blanks = Buffer.alloc(mebibyte, ' ');
  for (let i = 0; i < mebibytes; i++) yield blanks;
  yield Buffer.from(JSON.stringify(value));
}

const [cafe, tea] = ['cafe', 'tea'].map((name, index) => expand({ name, labels: {} }, index));
assert.ok(cafe && tea);

const good: Record<string, Answer> = {
  '/version': json({ Version: '29', ApiVersion: '1.44' }),
  '/events': (response) => response.flushHeaders(),
  '/containers/json': json([cafe.summary, tea.summary]),
  [`/containers/${cafe.id}/json`]: json(cafe.inspect),
  [`/containers/${tea.id}/json`]: json(tea.inspect),
};

const servers: Server[] = [];
after(() => servers.forEach((server) => server.close().closeAllConnections()));

/** An engine that answers well except where the test says otherwise, also while it runs. */
async function engineWith(odd: Record<string, Answer>) {
  const answers = { ...good, ...odd };
  const server = createServer(({ url = '' }, response) => {
    const path = url.replace(/\?.*/, '').replace(/^\/v1\.\d+/, '');
    answers[path]?.(response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { answers, endpoint: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function dial(odd: Record<string, Answer>, timeoutMs = 10_000): Promise<Engine> {
  const { endpoint } = await engineWith(odd);
  const settings = { endpoint: resolveEndpoint(optionsOf({ endpoint }), {}), userAgent: 'test', timeoutMs };
  return Engine.dial(settings, new AbortController().signal);
}

const open = new AbortController().signal;
const tooLong = { name: 'Error', message: /^more than \d+(\.\d+)? MiB$/ };

describe('an answer of the engine', () => {
  it('has a length that it cannot exceed', async () => {
    await assert.rejects(dial({ '/version': blown(1, {}) }), tooLong);
    const list = await dial({ '/containers/json': blown(64, []) });
    await assert.rejects(list.list(open), tooLong);
    const inspect = await dial({ [`/containers/${cafe.id}/json`]: blown(4, cafe.inspect) });
    await assert.rejects(inspect.inspect(cafe.id, open), tooLong);
  });

  it('may be long', async () => {
    const engine = await dial({
      '/containers/json': blown(20, [cafe.summary]),
      [`/containers/${cafe.id}/json`]: blown(3, cafe.inspect),
    });
    assert.equal((await engine.list(open)).length, 1);
    assert.equal((await engine.inspect(cafe.id, open))?.name, 'cafe');
  });

  it('must come to an end in time', { timeout: 300_000 }, async () => {
    const late = /abort/i;
    await assert.rejects(dial({ '/version': unfinished }, 50), late);
    // Enough for the answers that are complete, on a busy machine, too.
    const list = await dial({ '/containers/json': unfinished }, 3_000);
    await assert.rejects(list.list(open), late);
    const inspect = await dial({ [`/containers/${cafe.id}/json`]: unfinished }, 3_000);
    await assert.rejects(inspect.inspect(cafe.id, open), late);
  });

  it('is kept short when it is a refusal, and its reason is told', async () => {
    const refusing = await dial({ '/containers/json': json({ message: 'not you' }, 403) });
    await assert.rejects(refusing.list(open), { statusCode: 403, message: 'not you' });
    const verbose = await dial({
      '/containers/json': blown(Number.POSITIVE_INFINITY, { message: 'late' }, 500),
    });
    await assert.rejects(verbose.list(open), { statusCode: 500, message: 'Internal Server Error' });
    const gone = await dial({ '/containers/no/json': json({ message: 'No such container' }, 404) });
    assert.equal(await gone.inspect('no', open), undefined);
  });
});

describe('the Docker provider before an engine that goes wild', () => {
  const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent, reopen() {} };

  /** The first snapshot that fits, and what the provider warned of until then. */
  async function follow(endpoint: string, fits: (snapshot: Snapshot) => boolean, changed = () => {}) {
    const warnings: string[] = [];
    const logger = { ...silent, warn: (text: string) => void warnings.push(text) };
    const options = optionsOf({ endpoint, httpClientTimeout: '0s' });
    const settings = { options, logger, environment: {}, userAgent: 'test', reconcileMs: 20 };
    await using provider = new DockerProvider(settings);
    const snapshot = await new Promise<Snapshot>((resolve) =>
      provider.start((latest) => {
        if (fits(latest)) resolve(latest);
        else changed();
      }),
    );
    return { snapshot, warnings };
  }

  const routers = ({ configuration }: Snapshot) => Object.keys(configuration.http.routers);

  it('keeps what it knew when the list does not end, and says why', async () => {
    const { answers, endpoint } = await engineWith({});
    const goWild = () => void (answers['/containers/json'] = blown(Number.POSITIVE_INFINITY, []));
    const { snapshot, warnings } = await follow(endpoint, ({ problems }) => problems.length > 0, goWild);
    assert.deepEqual(routers(snapshot), ['cafe', 'tea']);
    assert.equal(snapshot.problems[0]?.code, 'engine-answer-too-long');
    assert.match(warnings[0] ?? '', /end of its answer: more than 64 MiB/);
  });

  it('leaves out the one container whose inspection is too long', async () => {
    const { endpoint } = await engineWith({ [`/containers/${tea.id}/json`]: blown(8, tea.inspect) });
    const { snapshot, warnings } = await follow(endpoint, (latest) => routers(latest).length > 0);
    assert.deepEqual(routers(snapshot), ['cafe']);
    assert.deepEqual(warnings, ['a container cannot be inspected']);
  });
});

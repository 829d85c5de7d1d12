import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { LogFile, LogFileError } from '../../src/observability/log-file.ts';
import { createLogger, type LoggerOptions } from '../../src/observability/logger.ts';

function terminal(isTTY: boolean) {
  const seen = { text: '' };
  const output = new Writable({
    write(chunk, _encoding, done) {
      seen.text += chunk;
      done();
    },
  });
  return { seen, output: Object.assign(output, { isTTY }) };
}

async function logged(options: Partial<LoggerOptions>, isTTY = false): Promise<string> {
  const { seen, output } = terminal(isTTY);
  const logger = await createLogger({ level: 'INFO', output, ...options });
  logger.child({ router: 'web@docker' }).info('one route added', { tookMs: 3 });
  logger.debug('nobody sees this');
  return seen.text;
}

test('elsewhere than on a terminal a line is JSON with the keys of Traefik', async () => {
  const { time, ...line } = JSON.parse(await logged({}));
  assert.deepEqual(line, { level: 'info', router: 'web@docker', tookMs: 3, message: 'one route added' });
  assert.match(time, /^\d{4}-\d\d-\d\dT/);
});

test('on a terminal a line is readable', async () => {
  assert.match(
    await logged({ noColor: true }, true),
    /^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: one route added .*web@docker/,
  );
});

test('a format that was asked for is kept wherever it goes', async () => {
  assert.match(await logged({ format: 'json' }, true), /^\{/);
  assert.match(await logged({ format: 'common' }), /INFO: one route added/);
});

for (const [level, silent] of [
  ['debug', false],
  ['info', false],
  ['WARN', true],
  ['PANIC', true],
  ['LOUD', true],
] as const)
  test(`level ${level} ${silent ? 'hides' : 'shows'} information`, async () => {
    assert.equal((await logged({ level })) === '', silent);
  });

test('an error is written with its stack', async () => {
  const { seen, output } = terminal(false);
  (await createLogger({ level: 'ERROR', output })).error('failed', { error: new Error('because') });
  const { error } = JSON.parse(seen.text);
  assert.equal(error.message, 'because');
  assert.match(error.stack, /logger\.test/);
});

test('a file that cannot be opened is named, with what to do', async () => {
  await assert.rejects(createLogger({ level: 'INFO', filePath: '/dev/null/a.log' }), (error) => {
    assert.ok(error instanceof LogFileError);
    assert.match(error.message, /The log file \/dev\/null\/a\.log cannot be opened: E\w+/);
    assert.match(error.remedy, /log\.filePath/);
    return true;
  });
});

test('a full disk and a folder that has gone cost lines and nothing else, and are told once', (context) => {
  const complaints: string[] = [];
  const full = new LogFile('/dev/full', (text) => complaints.push(text));
  full.write('one\n');
  full.write('two\n');
  assert.match(complaints.join(), /^The log file \/dev\/full cannot be written: ENOSPC[^\n]*write\.$/);

  const folder = mkdtempSync(join(tmpdir(), 'log-'));
  const filePath = join(folder, 'a.log');
  const file = new LogFile(filePath, (text) => complaints.push(text));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  renameSync(filePath, `${filePath}.1`);
  mkdirSync(filePath);
  file.reopen();
  file.write('three\n');
  assert.match(complaints[1] ?? '', /a\.log cannot be opened: EISDIR/);
  assert.equal(readFileSync(`${filePath}.1`, 'utf8'), 'three\n');
});

test('after reopening, lines go to a new file', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'log-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const filePath = join(folder, 'below', 'a.log');
  const logger = await createLogger({ level: 'INFO', filePath });
  logger.info('first');
  renameSync(filePath, `${filePath}.1`);
  logger.reopen();
  logger.info('second');
  assert.match(readFileSync(`${filePath}.1`, 'utf8'), /first/);
  assert.match(readFileSync(filePath, 'utf8'), /second/);
});

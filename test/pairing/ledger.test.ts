import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Ledger } from '../../src/pairing/ledger.ts';
import type { Book } from '../../src/pairing/ledger-schema.ts';

async function folder(context: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'fairlead-ledger-'));
  context.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

const open = (directory: string) => Ledger.open({ directory, nowMs: Date.now() });

const withSecret =
  (fingerprint: string) =>
  (book: Book): Book => ({ ...book, spentSecrets: [...book.spentSecrets, fingerprint] });

test('what was changed is there after a restart, the key of the node the same', async (context) => {
  const directory = await folder(context);
  const first = await open(directory);
  await Promise.all(['a', 'b', 'c'].map((each) => first.change(withSecret(each))));
  const second = await open(directory);
  assert.deepEqual(second.book, first.book);
  assert.deepEqual(second.book.spentSecrets, ['a', 'b', 'c']);
});

test('the file is for the eyes of its owner only, and the only one', async (context) => {
  const directory = await folder(context);
  await (await open(directory)).change(withSecret('a'));
  assert.deepEqual(await readdir(directory), ['pairing.json']);
  assert.equal((await stat(join(directory, 'pairing.json'))).mode & 0o777, 0o600);
});

test('a change that is refused, or cannot be written, changes nothing and stops nothing', async (context) => {
  const directory = await folder(context);
  const ledger = await open(directory);
  let told = 0;
  ledger.onChange(() => told++);
  const before = ledger.book;
  const refused = ledger.change(() => {
    throw new Error('no');
  });
  await assert.rejects(refused, /no/);
  assert.equal(ledger.book, before);
  await rm(directory, { recursive: true });
  await assert.rejects(ledger.change(withSecret('a')), { code: 'ENOENT' });
  assert.deepEqual([ledger.book, told], [before, 0]);
});

test('whoever is told of a change finds it on the disk', async (context) => {
  const directory = await folder(context);
  const ledger = await open(directory);
  const file = join(directory, 'pairing.json');
  const seen = Promise.withResolvers<string>();
  ledger.onChange(() => void readFile(file, 'utf8').then(seen.resolve, seen.reject));
  await ledger.change(withSecret('mark'));
  assert.match(await seen.promise, /"mark"/);
});

test('what a crash leaves of the next file is cleared away, whatever it holds', async (context) => {
  const directory = await folder(context);
  const ledger = await open(directory);
  await ledger.change(withSecret('kept'));
  const text = await readFile(join(directory, 'pairing.json'), 'utf8');
  for (const bytes of [0, 1, 100, text.length - 1, text.length])
    await writeFile(
      join(directory, `pairing.json.${bytes.toString(16).padStart(12, '0')}`),
      text.slice(0, bytes),
    );
  await writeFile(join(directory, 'pairing.json.backup'), text);
  assert.deepEqual((await open(directory)).book.spentSecrets, ['kept']);
  assert.deepEqual((await readdir(directory)).sort(), ['pairing.json', 'pairing.json.backup']);
});

test('a file that is cut off at any byte is named, and stays as it is', async (context) => {
  const directory = await folder(context);
  const file = join(directory, 'pairing.json');
  await open(directory);
  const text = (await readFile(file, 'utf8')).trimEnd();
  for (let bytes = 0; bytes < text.length; bytes += 7) {
    await writeFile(file, text.slice(0, bytes));
    await assert.rejects(open(directory), (error: Error) => {
      assert.ok(error.message.includes(file));
      assert.ok(!error.message.includes('BEGIN') && error.cause === undefined);
      return true;
    });
    assert.equal(await readFile(file, 'utf8'), text.slice(0, bytes));
  }
});

test('a file of another shape, of a later version, or that may not be read is named', async (context) => {
  const directory = await folder(context);
  const file = join(directory, 'pairing.json');
  const { book } = await open(directory);
  for (const wrong of [[], { ...book, version: 2 }, { ...book, node: {} }, { ...book, children: [{}] }]) {
    await writeFile(file, JSON.stringify(wrong));
    await assert.rejects(open(directory), /pairing\.json.*left as it is/);
  }
  if (process.getuid?.() === 0) return;
  await chmod(file, 0o000);
  await assert.rejects(open(directory), /pairing\.json cannot be read/);
});

test('a program that is killed at whatever moment leaves the old book or the new one', async (context) => {
  const directory = await folder(context);
  const script = `
    import { Ledger } from ${JSON.stringify(import.meta.resolve('../../src/pairing/ledger.ts'))};
    const ledger = await Ledger.open({ directory: process.argv[1], nowMs: 0 });
    for (let count = ledger.book.spentSecrets.length; ; count++) {
      await ledger.change((book) => ({ ...book, spentSecrets: [...book.spentSecrets, String(count)] }));
      process.stdout.write(count + '\\n');
    }`;
  for (let round = 0; round < 4; round++) {
    const writer = spawn(process.execPath, ['--input-type=module', '--eval', script, directory]);
    let told = -1;
    writer.stdout.setEncoding('utf8').on('data', (text: string) => {
      told = Number(text.trimEnd().split('\n').at(-1));
      if (told >= round * 5 + 3) writer.kill('SIGKILL');
    });
    await once(writer, 'close');
    const { spentSecrets } = (await open(directory)).book;
    assert.deepEqual(spentSecrets, [...spentSecrets.keys()].map(String));
    assert.ok(spentSecrets.length > told, 'what was told is there');
  }
});

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { FileProvider } from '../../../src/providers/file/file-provider.ts';
import { FileWatch } from '../../../src/providers/file/file-watch.ts';
import type { Snapshot } from '../../../src/providers/provider.ts';
import { systemClock } from '../../../src/support/clock.ts';

const router = (name: string, host = name) =>
  `http:\n  routers:\n    ${name}:\n      rule: Host(\`${host}\`)\n      service: s\n`;

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'file-provider-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function started(place: { filename?: string; directory?: string }, pollMs = 60_000) {
  const snapshots: Snapshot[] = [];
  let changed = () => {};
  const options = { filename: '', directory: '', watch: true, debugLogGeneratedTemplate: false, ...place };
  const provider = new FileProvider({ options, pollMs, restMs: 10 });
  await provider.start((snapshot) => {
    snapshots.push(snapshot);
    changed();
  });
  const until = async (names: string): Promise<Snapshot> => {
    for (;;) {
      const last = snapshots.at(-1);
      if (last && routers(last) === names) return last;
      await new Promise<void>((resolve) => (changed = resolve));
    }
  };
  const next = () => new Promise<void>((resolve) => (changed = resolve)).then(() => snapshots.at(-1));
  return { snapshots, until, next, [Symbol.asyncDispose]: () => provider[Symbol.asyncDispose]() };
}

const routers = ({ configuration }: Snapshot) => Object.keys(configuration.http.routers).join(' ');

describe('the file provider', () => {
  it('reads one file and notices when it is replaced', async (t) => {
    const filename = join(folderOf(t), 'dynamic.yml');
    writeFileSync(filename, router('one'));
    await using provider = await started({ filename });
    const first = await provider.until('one');
    assert.deepEqual(first.origins.get('router one@file'), {
      provider: 'file',
      file: filename,
      line: 3,
      column: 5,
    });
    writeFileSync(`${filename}.tmp`, router('two'));
    renameSync(`${filename}.tmp`, filename);
    await provider.until('two');
    writeFileSync(filename, router('three'));
    await provider.until('three');
  });

  it('notices a change that the system does not tell', async (t) => {
    const folder = folderOf(t);
    mkdirSync(join(folder, 'elsewhere'));
    mkdirSync(join(folder, 'here'));
    const target = join(folder, 'elsewhere', 'real.yml');
    writeFileSync(target, router('one'));
    symlinkSync(target, join(folder, 'here', 'link.yml'));
    await using provider = await started({ directory: join(folder, 'here') }, 20);
    await provider.until('one');
    writeFileSync(target, router('longer'));
    await provider.until('longer');
  });

  it('follows a folder whose links are swapped at once, as Kubernetes does', async (t) => {
    const folder = folderOf(t);
    for (const [version, name] of [
      ['..v1', 'one'],
      ['..v2', 'two'],
    ] as const) {
      mkdirSync(join(folder, version));
      writeFileSync(join(folder, version, 'a.yml'), router(name));
    }
    symlinkSync('..v1', join(folder, '..data'));
    symlinkSync('..data/a.yml', join(folder, 'a.yml'));
    await using provider = await started({ directory: folder });
    await provider.until('one');
    symlinkSync('..v2', join(folder, '..tmp'));
    renameSync(join(folder, '..tmp'), join(folder, '..data'));
    await provider.until('two');
  });

  it('reads YAML, TOML and JSON of all folders below, in order', async (t) => {
    const folder = folderOf(t);
    mkdirSync(join(folder, 'b', 'deep'), { recursive: true });
    writeFileSync(join(folder, 'a.toml'), '[http.routers.toml]\nrule = "Host(`t`)"\nservice = "s"\n');
    writeFileSync(
      join(folder, 'b', 'deep', 'x.json'),
      '{"http":{"routers":{"json":{"rule":"Host(`j`)","service":"s"}}}}',
    );
    writeFileSync(join(folder, 'c.yaml'), router('yaml'));
    writeFileSync(join(folder, 'notes.txt'), 'not for us');
    await using provider = await started({ directory: folder });
    await provider.until('toml json yaml');
    mkdirSync(join(folder, 'd'));
    writeFileSync(join(folder, 'd', 'later.yml'), router('later'));
    await provider.until('toml json yaml later');
    rmSync(join(folder, 'a.toml'));
    await provider.until('json yaml later');
  });

  it('keeps what a broken file said last, and what the others say', async (t) => {
    const folder = folderOf(t);
    writeFileSync(join(folder, 'a.yml'), router('a'));
    writeFileSync(join(folder, 'b.yml'), router('b'));
    await using provider = await started({ directory: folder });
    await provider.until('a b');
    const change = provider.next();
    writeFileSync(join(folder, 'a.yml'), `${router('a')}      servise: x\n`);
    const broken = await change;
    assert.equal(broken && routers(broken), 'a b');
    const [problem] = broken?.problems ?? [];
    assert.partialDeepStrictEqual(problem?.source, { file: join(folder, 'a.yml'), line: 6, column: 7 });
    assert.match(problem?.remedy ?? '', /service/);
    writeFileSync(join(folder, 'a.yml'), router('mended'));
    assert.deepEqual((await provider.until('mended b')).problems, []);
  });

  it('shows what two files define, and takes the first', async (t) => {
    const folder = folderOf(t);
    writeFileSync(join(folder, 'a.yml'), router('r', 'first'));
    writeFileSync(join(folder, 'b.yml'), router('r', 'second'));
    await using provider = await started({ directory: folder });
    const { configuration, problems } = await provider.until('r');
    assert.equal(configuration.http.routers['r']?.rule, 'Host(`first`)');
    assert.match(problems[0]?.text ?? '', /already defined in .*a\.yml:3/);
    assert.equal(problems[0]?.source.file, join(folder, 'b.yml'));
  });

  it('notices at once what changes while what changed before is taken up', async (t) => {
    const folder = folderOf(t);
    const filename = join(folder, 'dynamic.yml');
    writeFileSync(filename, router('one'));
    const place = { filename, directory: '' };
    const watch = new FileWatch({ place, clock: systemClock, pollMs: 60_000, restMs: 10 });
    const changes = watch.changes(AbortSignal.timeout(30_000));
    const first = changes.next();
    writeFileSync(filename, router('second'));
    await first;
    writeFileSync(filename, router('the third'));
    // The system tells of it before the next one is asked for.
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal((await changes.next()).done, false);
    await changes.return(undefined);
  });

  it('starts without its file, says so, and reads it as soon as it is there', async (t) => {
    const filename = join(folderOf(t), 'later.yml');
    await using provider = await started({ filename }, 20);
    const { problems } = await provider.until('');
    assert.equal(problems[0]?.code, 'file-unreadable');
    writeFileSync(filename, router('here'));
    assert.deepEqual((await provider.until('here')).problems, []);
    rmSync(filename);
    const gone = await provider.next();
    assert.equal(gone && routers(gone), 'here', 'a file that is gone for a moment takes no route away');
  });
});

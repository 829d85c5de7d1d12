import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { makeImage } from '../../examples/demo/image.ts';
import { lookUntil } from '../../examples/demo/traffic.ts';
import { root } from '../tidy/source-tree.ts';
import { composeCommand, noCompose } from './compose-project.ts';
import { noPrivateEngine } from './engine.ts';
import { fits, type GuideStep, readGuide } from './guide.ts';
import { type NetworkHost, NetworkHosts } from './network-hosts.ts';
import { buildProgramImage } from './program-image.ts';

const base = 'fairlead-test-base';
const program = 'fairlead-test-program';
const invitation = /^fairlead-pair-1\.\S+$/m;

/** What the guide takes for granted: an image of the program, and one of a shop. */
async function furnish({ docker, socket }: NetworkHost): Promise<Record<string, string>> {
  await makeImage(docker, `${base}:latest`);
  await buildProgramImage(docker, { tag: program, base });
  return { FAIRLEAD_IMAGE: program, SHOP_IMAGE: base, DOCKER_SOCKET: socket };
}

test('the guide works word for word on two hosts', { skip: noPrivateEngine || noCompose }, async () => {
  await using stack = new AsyncDisposableStack();
  const folder = mkdtempSync(path.join(tmpdir(), 'fairlead-guide-'));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(path.join(root, 'examples/pair'), folder, { recursive: true });
  const hosts = stack.use(await NetworkHosts.open({ child: '192.0.2.10', parent: '192.0.2.20' }, folder));
  const env: Record<string, Record<string, string>> = {
    child: await furnish(hosts.at('child')),
    parent: await furnish(hosts.at('parent')),
  };
  stack.defer(async () => {
    for (const host of ['child', 'parent'])
      await hosts.at(host).run(`${composeCommand} -f ${host}.yml down --volumes --timeout 1`, env[host]!);
  });

  const play = async ({ host, command, expected }: GuideStep): Promise<void> => {
    const said = command.replaceAll('docker compose', composeCommand);
    const [, name, value] = /^export (\w+)=(.*)$/.exec(said) ?? [];
    if (name !== undefined) {
      env[host]![name] = (await hosts.at(host).run(`printf %s "${value}"`, env[host]!)).trim();
      return;
    }
    const attempt = () =>
      hosts
        .at(host)
        .run(said, env[host]!)
        .then(
          (output) => ({ output, ok: expected === undefined || fits(output, expected) }),
          ({ message }: Error) => ({ output: message, ok: false }),
        );
    // A container that has just been started is not there at once, for a reader either.
    const { seen, found } = await lookUntil(attempt, ({ ok }) => ok);
    assert.ok(found, `${host}$ ${command}\n${seen?.output}\ninstead of\n${expected?.join('\n')}`);
    const [line] = invitation.exec(seen?.output ?? '') ?? [];
    if (line !== undefined) env.parent!.INVITATION = line;
  };

  for (const step of readGuide(readFileSync(path.join(folder, 'README.md'), 'utf8'))) await play(step);
});

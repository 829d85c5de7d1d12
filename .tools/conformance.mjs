// `npm run conformance`: plays the recorded cases in test/conformance against the built program.
//
//   npm run conformance                              labels and http, with the lists of known cases
//   npm run conformance -- labels --only "^merging"  one of the two; further options go to its runner
//
// FAIRLEAD_CONFORMANCE_REALWORLD names a folder with more label cases (and static/ in it) that are not part of the project.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { all, tee } from './processes.mjs';
import { root } from './setup.mjs';
import { tally } from './tally.mjs';

/** Variables of these tools, which the program would take for options. */
const withoutOurs = { FAIRLEAD_TALLY: undefined, FAIRLEAD_CONFORMANCE_REALWORLD: undefined };

const home = path.join(root, 'test/conformance');

export async function conformance({ node, args }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'fairlead-conformance-'));
  const suites = Object.keys(runs());
  const chosen = suites.includes(args[0]) ? [args.shift()] : suites;
  try {
    return await all(chosen.map((suite) => () => play({ suite, node, folder, options: args })));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runs() {
  const realWorld = process.env.FAIRLEAD_CONFORMANCE_REALWORLD;
  return {
    labels: ['labels.mjs'],
    http: ['http.mjs'],
    ...(realWorld && { realworld: ['labels.mjs', path.resolve(realWorld)] }),
    ...(realWorld && { static: ['static.mjs', path.resolve(realWorld, 'static')] }),
  };
}

async function play({ suite, node, folder, options }) {
  const [runner, ...cases] = runs()[suite];
  const known = path.join(folder, `${suite}.json`);
  writeFileSync(
    known,
    JSON.stringify({ ...list(`known-missing-${suite}`), ...list(`differences-${suite}`) }),
  );
  console.log(`\nConformance: ${suite}`);
  const program = `${node} ${path.join(root, 'dist/main.js')}`;
  const command = [path.join(home, runner), '--program', program, '--known', known, ...options, ...cases];
  const { status, output } = await tee(node, command, withoutOurs);
  const [, passed, failed] = /(\d+) passed, (\d+) failed\s*$/.exec(output) ?? [undefined, 0, 1];
  tally({ passed: Number(passed), failed: Number(failed) });
  return status;
}

/** Title → reason; a list with nothing on it need not exist. */
function list(name) {
  const file = path.join(home, `${name}.json`);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

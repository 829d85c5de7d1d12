// `npm test`: every test under test/, then the list of those that were skipped and why.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { installEngine } from './private-engine.mjs';
import { run } from './processes.mjs';
import { tally } from './tally.mjs';

/** Arguments are files or patterns in place of all tests. Options of the test runner pass through. */
export async function test({ node, args }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'fairlead-test-'));
  const engine = process.env.FAIRLEAD_TEST_ENGINE === 'install' ? await installEngine() : undefined;
  try {
    const outcomes = path.join(folder, 'outcomes.json');
    const env = engine && { FAIRLEAD_TEST_DOCKER_HOST: engine.host };
    const status = await run(node, testRunner(outcomes, args), { env });
    report(JSON.parse(readFileSync(outcomes, 'utf8')));
    return status;
  } finally {
    await engine?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function testRunner(outcomes, args) {
  const patterns = args.filter((argument) => !argument.startsWith('-'));
  return [
    '--test',
    `--test-concurrency=${Math.max(2, availableParallelism())}`,
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    '--test-reporter=./.tools/outcomes-reporter.mjs',
    `--test-reporter-destination=${outcomes}`,
    ...args.filter((argument) => argument.startsWith('-')),
    ...(patterns.length ? patterns : ['test/**/*.test.ts']),
  ];
}

function report({ passed, failed, skipped }) {
  if (skipped.length) console.log('\nSkipped:');
  for (const { name, reason } of skipped) console.log(`  ${name}${reason ? `: ${reason}` : ''}`);
  console.log(`\n${passed} passed, ${failed} failed, ${skipped.length} skipped`);
  tally({ passed, failed, skipped: skipped.length });
}

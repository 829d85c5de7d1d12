// One parent and two children with mutual TLS between them, and containers that come, go and change before the
// reader's eyes. `--once` plays it through: the exit status is 0 only if every step was seen.
import { chapters, invitation } from './story.ts';
import { World } from './world.ts';

const playOnce = process.argv.includes('--once');
const bold = (text: string) => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[22m` : text);
const say = (text: string) => console.log(`  ${text}`);

// A listener that stays: an impatient second Ctrl-C must not end us before everything is cleaned up.
const interrupted = new Promise<'interrupted'>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => resolve('interrupted'));
});
process.exit(await demo());

async function demo(): Promise<number> {
  console.log('Starting a parent and two children, "east" and "west" …');
  await using world = await World.create();
  say(world.containers.description);
  const outcome = await Promise.race([play(world), interrupted]);
  if (outcome === 'interrupted') return stopping(130);
  if (outcome.length) {
    console.log(`\nNot seen: ${outcome.join('; ')}\n${world.logs}`);
    return 1;
  }
  if (playOnce) console.log('\nEvery step was seen.');
  else await leaveRunning(world);
  return stopping(0);
}

/** Returns the titles of the chapters where traffic did not follow. */
async function play(world: World): Promise<string[]> {
  const missed: string[] = [];
  for (const [at, { title, play: playChapter }] of chapters.entries()) {
    console.log(`\n${bold(`${at + 1}. ${title}`)}`);
    if (!(await playChapter(world, say))) missed.push(title);
  }
  return missed;
}

async function leaveRunning(world: World): Promise<void> {
  console.log(`\n${bold('All of it keeps running. Try:')}`);
  for (const line of invitation(world)) say(line);
  console.log('Ctrl-C stops it and leaves nothing behind.');
  await interrupted;
}

function stopping(status: number): number {
  console.log('\nStopping.');
  return status;
}

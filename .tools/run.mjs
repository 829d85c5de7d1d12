// The one entry of every development command: `npm run demo`, `npm test`, … call it with the command's name.
// Plain JavaScript that Node 20 understands: it runs before the pinned runtime is there.
import { commands } from './commands.mjs';
import { setup } from './setup.mjs';

// `npm run x -- y` passes y alone; called without npm, the dashes may still be there.
const [name, ...args] = process.argv.slice(2).filter((argument) => argument !== '--');
const command = commands[name];
if (!command) {
  console.error(`Usage: node .tools/run.mjs <${Object.keys(commands).join('|')}> [arguments]`);
  process.exit(2);
}
try {
  process.exitCode = await command({ node: setup(), args });
} catch (error) {
  console.error(error.expected ? error.message : error);
  process.exitCode = 1;
}

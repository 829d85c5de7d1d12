#!/usr/bin/env node
// What `fairlead` and `traefik` are in the image.
import { readFileSync } from 'node:fs';
import path from 'node:path';

const isName = (word) => ['fairlead', 'traefik'].includes(path.basename(word));

// Compose files may name the program in `command:` or leave it out; both work.
if (process.argv.length > 2 && isName(process.argv[2])) process.argv.splice(2, 1);
// A health check asks the program that runs beside it: it needs the same flags.
if (process.argv[2] === 'healthcheck' && process.argv.length === 3) process.argv.push(...flagsOfProgram());

function flagsOfProgram() {
  const words = readFileSync('/proc/1/cmdline', 'utf8').split('\0').filter(Boolean);
  const last = words.findLastIndex(isName);
  return last < 0 ? [] : words.slice(last + 1);
}

await import('./dist/main.js');

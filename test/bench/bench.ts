/**
 * `npm run bench [-- case…] [--runs 5] [--seconds 2] [--warm 8] [--only proxy,…] [--json file] [--picture file.svg]`:
 * our program beside others, in processor microseconds per request. What counts is the ratio within one run: the
 * figures are as good as the machine is quiet. Before the runs, which take turns, each proxy is under load for `--warm`
 * seconds, four times as long as a run unless told otherwise.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { discovery } from './cases/discovery.ts';
import { fresh } from './cases/fresh.ts';
import { h1, tls } from './cases/h1.ts';
import { h2 } from './cases/h2.ts';
import { large } from './cases/large.ts';
import { memory } from './cases/memory.ts';
import { post } from './cases/post.ts';
import { metrics, prod } from './cases/prod.ts';
import { routes } from './cases/routes.ts';
import { tcp } from './cases/tcp.ts';
import { twoHops } from './cases/two-hops.ts';
import { ws } from './cases/ws.ts';
import { picture } from './picture.ts';
import type { BenchOptions, Row } from './report.ts';
import { table } from './report.ts';

const cases: Readonly<Record<string, (options: BenchOptions) => Promise<Row[]>>> = {
  h1,
  tls,
  h2,
  metrics,
  prod,
  post,
  large,
  ws,
  tcp,
  fresh,
  'two-hops': twoHops,
  routes,
  memory,
  discovery,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    warm: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'string' },
    picture: { type: 'string' },
  },
});
const chosen = positionals.length > 0 ? positionals : Object.keys(cases);
const unknown = chosen.filter((name) => cases[name] === undefined);
if (unknown.length > 0)
  throw new Error(`No such case: ${unknown.join(', ')}; there are ${Object.keys(cases).join(', ')}.`);

const seconds = Number(values.seconds);
const options = {
  runs: Number(values.runs),
  seconds,
  warm: values.warm === undefined ? 4 * seconds : Number(values.warm),
  only: values.only?.split(','),
};
const rows: Row[] = [];
for (const name of chosen) rows.push(...(await cases[name]!(options)));
console.log(table(rows));
if (values.picture !== undefined) writeFileSync(values.picture, picture(rows));
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);

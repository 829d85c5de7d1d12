/** Stands in for a worker: keeps what it is told, says it when asked, and dies of a record that is called so. */
import { parentPort } from 'node:worker_threads';
import type { FromWorker, ToWorker, WireRecord } from '../../src/model/wire.ts';

const known = new Set<string>();
const taken: WireRecord[] = [];
const say = (message: FromWorker): void => parentPort?.postMessage(message);
let segments = 0;
say({ type: 'log', level: 'info', text: 'begins', fields: {} });

function prepare({ generation, put: last, remove }: Extract<ToWorker, { type: 'prepare' }>): void {
  const put = [...taken.splice(0), ...last];
  for (const { name } of put) known.add(name);
  for (const { name } of remove) known.delete(name);
  const broken = put.filter(({ name }) => name.startsWith('broken'));
  say({
    type: 'prepared',
    generation,
    failures: broken.map(({ kind, name }) => ({ kind, name, text: 'cannot be built' })),
  });
}

parentPort?.on('message', (message: ToWorker) => {
  if (message.type === 'segment') segments += 1;
  if (message.type === 'part') taken.push(...message.put);
  if (message.type === 'prepare') prepare(message);
  if (message.type === 'listen') say({ type: 'listening' });
  if (message.type === 'stop') say({ type: 'stopped' });
  if (message.type !== 'commit') return;
  if (known.delete('deadly')) throw new Error('as asked');
  say({ type: 'log', level: 'info', text: 'serves', fields: { names: [...known].join(), segments } });
  say({ type: 'committed', generation: message.generation });
});

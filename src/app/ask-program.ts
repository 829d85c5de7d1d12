import { request } from 'node:http';
import type { ControlAnswer, ControlRequest } from '../surfaces/cli/control.ts';
import { PrivateSocket } from './private-socket.ts';

/** Joining dials other hosts, which may be slow to answer. */
const timeoutMs = 60_000;

/** Asks the program that runs with this data directory. Rejects with what to do when there is none. */
export function askProgram(
  dataDirectory: string,
  { method, path, body }: ControlRequest,
): Promise<ControlAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<ControlAnswer>();
  const { path: socketPath } = new PrivateSocket(dataDirectory, 'control');
  const question = request({ socketPath, method, path, timeout: timeoutMs, agent: false }, (answer) => {
    let text = '';
    answer.setEncoding('utf8');
    answer.on('data', (chunk: string) => (text += chunk));
    answer.on('error', reject);
    answer.on('end', () => {
      const value = JSON.parse(text) as never;
      const ok = answer.statusCode === 200;
      resolve(ok ? { ok, value } : { ok, refusal: value });
    });
  });
  question.on('timeout', () => question.destroy(new Error('it does not answer')));
  question.on('error', (error: NodeJS.ErrnoException) =>
    reject(new Error(explained(error, dataDirectory), { cause: error })),
  );
  question.end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}

function explained({ code, message }: NodeJS.ErrnoException, directory: string): string {
  if (code === 'ENOENT' || code === 'ECONNREFUSED')
    return (
      `No Fairlead that pairs is running with the data directory ${directory}: start it, switch on hub.pairing there, ` +
      'or name its --dataDirectory.'
    );
  if (code === 'EACCES')
    return `The data directory ${directory} belongs to another user: run this as the user of the program.`;
  return `The program with the data directory ${directory} cannot be asked: ${message}.`;
}

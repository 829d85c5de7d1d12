import { request } from 'node:http';
import { parseListenAddress } from '../entry-points/address.ts';
import type { StaticConfiguration } from './static-options/static-configuration.ts';

const timeoutMs = 5_000;

export interface Health {
  readonly ok: boolean;
  readonly text: string;
}

/** Asks the program that runs with the same options beside this one. */
export async function checkHealth(configuration: StaticConfiguration): Promise<Health> {
  const { ping, entryPoints } = configuration;
  if (!ping) return { ok: false, text: 'ping is not enabled: add --ping to the options of the program.' };
  const address = entryPoints[ping.entryPoint]?.address;
  const parsed = address === undefined ? 'it does not exist' : parseListenAddress(address);
  if (typeof parsed === 'string')
    return { ok: false, text: `The entry point ${ping.entryPoint} of ping cannot be asked: ${parsed}.` };
  const host = parsed.host === undefined || parsed.host === '0.0.0.0' ? '127.0.0.1' : parsed.host;
  return askPing(`http://${host.includes(':') ? `[${host}]` : host}:${parsed.port}/ping`);
}

function askPing(url: string): Promise<Health> {
  return new Promise((resolve) => {
    const question = request(url, { method: 'HEAD', timeout: timeoutMs, agent: false }, (answer) => {
      answer.resume();
      const ok = answer.statusCode === 200;
      resolve({ ok, text: ok ? `OK: ${url}` : `Bad healthcheck status: ${answer.statusCode}` });
    });
    question.on('timeout', () => question.destroy(new Error(`no answer within ${timeoutMs / 1_000} s`)));
    question.on('error', ({ message }) => resolve({ ok: false, text: `Error calling ${url}: ${message}` }));
    question.end();
  });
}

import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Answer {
  readonly status: number;
  /** What the service called itself; empty when none answered. */
  readonly from: string;
  readonly body: string;
}

/** Against hanging alone: a small machine may be busy with other things. */
const requestLimitMs = 30_000;
const changeLimitMs = 120_000;

/** One request on a connection of its own. */
export function request(port: number, host: string, path = '/'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = get(
      { host: '127.0.0.1', port, path, headers: { Host: host }, agent: false, timeout: requestLimitMs },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text) => (body += text));
        response.on('error', reject);
        response.on('end', () => {
          resolve({ status: response.statusCode!, from: /^I am (.+)$/m.exec(body)?.[1] ?? '', body });
        });
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${requestLimitMs} ms`)));
    sent.on('error', reject);
  });
}

/** How often each service, or each failing status, answered a number of requests. */
export async function count(port: number, host: string, requests: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let i = 0; i < requests; i += 1) {
    const { status, from } = await request(port, host);
    const key = from || `status ${status}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

/** Repeats a look until it shows what is wanted. Returns what it showed last, and for how long it had to look. */
export async function lookUntil<T>(look: () => Promise<T>, wanted: (seen: T) => boolean) {
  const started = performance.now();
  for (;;) {
    const seen = await look().catch(() => undefined);
    const elapsedMs = performance.now() - started;
    if (seen !== undefined && wanted(seen)) return { seen, elapsedMs, found: true };
    if (elapsedMs > changeLimitMs) return { seen, elapsedMs, found: false };
    await sleep(50);
  }
}

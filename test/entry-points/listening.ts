/** An entry point as a worker opens it, with a handler that says what it knows of the client. */
import { freePort } from '../../examples/demo/ports.ts';
import { EntryPoint } from '../../src/entry-points/entry-point.ts';
import type { EntryPointSettings } from '../../src/entry-points/settings.ts';
import type { Handler } from '../../src/model/exchange.ts';
import type { CertificateRecord, TlsOptionsRecord, TlsRecord } from '../../src/model/wire.ts';
import { TimerWheel } from '../../src/proxy/timer-wheel.ts';
import { StreamMux } from '../../src/routing/worker/stream-mux.ts';
import { readPair } from '../../src/tls/certificate-pair.ts';
import { TlsFront } from '../../src/tls/tls-front.ts';
import { TicketKeys } from '../../src/tls/ticket-keys.ts';
import { builtInOptions } from '../../src/tls/tls-options.ts';
import type { Issued } from '../tls/pki.ts';

export const settings: EntryPointSettings = {
  name: 'web',
  kind: 'normal',
  host: '127.0.0.1',
  port: 0,
  requireVerified: false,
  proxyProtocol: undefined,
  http: { maxHeaderBytes: 65_536, underscores: 'keep', sanitizePath: true, encodeQuerySemicolons: false },
  forwarded: { insecure: false, trustedIPs: [], connection: [], append: true, schemeHeaders: false },
  readTimeoutMs: 60_000,
  writeTimeoutMs: 0,
  idleTimeoutMs: 60_000,
  keepAliveMaxRequests: 0,
  keepAliveMaxTimeMs: 0,
  http2: { concurrentStreamsMax: 250, decoderTableBytes: 4096, encoderTableBytes: 4096 },
  acceptGraceMs: 0,
  graceMs: 10_000,
};

export interface Refusal {
  readonly reason: string;
  readonly client: string;
  readonly text: string | undefined;
  readonly quiet?: boolean;
}

export interface Listening extends AsyncDisposable {
  readonly port: number;
  readonly refusals: Refusal[];
  readonly entryPoint: EntryPoint;
  /** The next generation. */
  secure(record: TlsRecord, certificates: readonly Issued[]): void;
}

export interface ListeningInit extends Partial<EntryPointSettings> {
  readonly tls?: Partial<TlsRecord>;
  /** The last one is the default. */
  readonly certificates: readonly Issued[];
  readonly handler?: Handler;
  readonly streams?: StreamMux;
}

/** Answers with the client as JSON. */
const echo: Handler = {
  handle: (exchange) => {
    const { certificates: _certificates, ...tls } = exchange.client.tls ?? { certificates: [] };
    const body = JSON.stringify({ ...exchange.client, tls: exchange.client.tls && tls });
    exchange.reply(200, [['Content-Type', 'application/json']], `${body}\n`);
  },
};

export async function listening(init: ListeningInit): Promise<Listening> {
  const { tls, certificates, handler = echo, streams = new StreamMux(), ...changed } = init;
  const wheel = new TimerWheel();
  const refusals: Refusal[] = [];
  let front = frontOf(tls, certificates);
  const port = await freePort();
  const entryPoint = new EntryPoint({
    settings: { ...settings, ...changed, port },
    wheel,
    served: { handler: () => handler, streams: () => streams, tlsFront: () => front },
    refuse: (reason, fields) => refusals.push({ reason, ...fields }),
  });
  await entryPoint.listen();
  return {
    port,
    refusals,
    entryPoint,
    secure: (record, next) => {
      front = frontOf(record, next, front);
    },
    async [Symbol.asyncDispose]() {
      await entryPoint.stop();
      wheel[Symbol.dispose]();
    },
  };
}

export const options = (changed: Partial<TlsOptionsRecord>): TlsOptionsRecord => ({
  ...builtInOptions,
  ...changed,
});

function frontOf(
  tls: Partial<TlsRecord> | undefined,
  issued: readonly Issued[],
  previous?: TlsFront,
): TlsFront {
  const named = issued.map((pair) => readPair(pair).certificate);
  const record: TlsRecord = {
    certificates: named.map(({ name }) => name),
    defaultCertificate: named.at(-1)?.name ?? '',
    options: { default: builtInOptions },
    hosts: {},
    fallback: {},
    refused: {},
    ...tls,
  };
  const certificates = new Map<string, CertificateRecord>(named.map((each) => [each.name, each]));
  return TlsFront.build({
    record,
    certificates,
    ticketKeys: new TicketKeys([Buffer.alloc(48, 7)]),
    previous,
  });
}

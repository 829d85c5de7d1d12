/** nginx and HAProxy, where they are installed, as proxies before a server of ours. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../../examples/demo/ports.ts';

/** Shorter than anything a test would wait for. */
const patience = '300ms';

const kinds = {
  nginx: {
    command: (file: string, home: string) => ['nginx', '-p', home, '-e', `${home}/error.log`, '-c', file],
    configuration: (
      port: number,
      to: number,
      home: string,
    ) => `worker_processes 1; daemon off; pid ${home}/pid;
      events { worker_connections 4096; }
      http {
        access_log off; client_max_body_size 0; keepalive_timeout ${patience};
        client_header_timeout ${patience}; client_body_timeout ${patience}; lingering_timeout ${patience};
        client_body_temp_path ${home}/b; proxy_temp_path ${home}/p; fastcgi_temp_path ${home}/f;
        uwsgi_temp_path ${home}/u; scgi_temp_path ${home}/s; underscores_in_headers on;
        server {
          listen 127.0.0.1:${port};
          location / {
            proxy_pass http://127.0.0.1:${to}; proxy_http_version 1.1; proxy_set_header Connection "";
            proxy_set_header Host $http_host; proxy_set_header X-Case $remote_port;
          }
        }
      }`,
  },
  haproxy: {
    command: (file: string) => ['haproxy', '-db', '-f', file],
    configuration: (port: number, to: number) => `defaults
  mode http
  timeout connect 2s
  timeout server 2s
  timeout client ${patience}
  timeout http-request ${patience}
  timeout http-keep-alive ${patience}
frontend web
  bind 127.0.0.1:${port}
  http-request set-header X-Case %[src_port]
  default_backend servers
backend servers
  server s1 127.0.0.1:${to}
`,
  },
} as const;

export type RefereeName = keyof typeof kinds;
export const refereeNames = Object.keys(kinds) as RefereeName[];

export function isInstalled(name: RefereeName): boolean {
  return spawnSync(name, ['-v']).status === 0;
}

/** A running one, listening on `port`. */
export class Referee implements AsyncDisposable {
  readonly port: number;
  readonly #process: ChildProcess;
  readonly #home: string;

  private constructor(port: number, process: ChildProcess, home: string) {
    this.port = port;
    this.#process = process;
    this.#home = home;
  }

  static async start(name: RefereeName, to: number): Promise<Referee> {
    const { command, configuration } = kinds[name];
    const home = mkdtempSync(path.join(tmpdir(), 'fairlead-referee-'));
    const port = await freePort();
    const file = path.join(home, 'configuration');
    writeFileSync(file, configuration(port, to, home));
    const [program, ...given] = command(file, home);
    const referee = new Referee(port, spawn(program!, given, { stdio: 'ignore' }), home);
    await referee.#listening();
    return referee;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill();
    if (this.#process.exitCode === null) await once(this.#process, 'exit');
    rmSync(this.#home, { recursive: true });
  }

  async #listening(): Promise<void> {
    for (let tries = 0; tries < 600 && this.#process.exitCode === null; tries++) {
      const socket = connect(this.port, '127.0.0.1');
      try {
        await once(socket, 'connect');
        socket.destroy();
        return;
      } catch {
        await new Promise((done) => setTimeout(done, 50));
      }
    }
    throw new Error('A referee does not start.');
  }
}

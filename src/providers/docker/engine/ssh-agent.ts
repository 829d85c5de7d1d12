/**
 * Connections through `ssh user@host docker system dial-stdio`, with the keys and settings of the local
 * ssh.
 */
import { spawn } from 'node:child_process';
import { Agent } from 'node:http';
import { Duplex } from 'node:stream';
import type { Endpoint } from './endpoint.ts';

export function sshAgent(endpoint: Endpoint): Agent {
  const agent = new Agent({ keepAlive: false });
  // node:http accepts any duplex stream here, its types know sockets only.
  return Object.assign(agent, { createConnection: () => dialStdio(endpoint) });
}

function dialStdio({ host, port, user }: Endpoint): Duplex {
  const target = [...(user ? ['-l', user] : []), ...(port ? ['-p', String(port)] : []), '--', host];
  const child = spawn('ssh', ['-T', '-o', 'BatchMode=yes', ...target, 'docker', 'system', 'dial-stdio'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const connection = Duplex.from({ readable: child.stdout, writable: child.stdin });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = `${complaint}${chunk}`.slice(-1000);
  });
  child.on('error', (error) => connection.destroy(error));
  child.on('exit', (code) => {
    if (code) connection.destroy(new Error(`ssh ended with status ${code}: ${complaint.trim()}`));
  });
  connection.on('close', () => child.kill());
  return connection;
}

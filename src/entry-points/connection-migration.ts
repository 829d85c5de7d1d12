import { readFile } from 'node:fs/promises';

/** Linux 5.14 and newer, one for each network namespace. */
const setting = '/proc/sys/net/ipv4/tcp_migrate_req';

/**
 * Each worker has a queue of its own for connections that wait to be accepted. When it ends, the kernel hands
 * them to the others only if it is told to; otherwise those clients see a reset.
 */
export async function migrationNotice(): Promise<string | undefined> {
  const value = await readFile(setting, 'utf8').catch(() => '1');
  if (value.trim() !== '0') return undefined;
  return (
    'Should a worker have to be replaced, connections that wait to be accepted are lost. ' +
    'Set the sysctl net.ipv4.tcp_migrate_req=1 (in Compose under sysctls) to hand them to the others.'
  );
}

/** Where containers in `host` mode listen, seen from here. */
import { lookup } from 'node:dns/promises';

const names = ['host.docker.internal', 'host.containers.internal'];

export async function findHostAddress(): Promise<string> {
  for (const name of names) {
    try {
      return (await lookup(name)).address;
    } catch {
      // The engine defines one of these names, or none; then this program is on the host itself.
    }
  }
  return '127.0.0.1';
}

import type { Peer } from './peer.ts';

/** `<kind> <id> <name>`, as workers write it; the name is percent-encoded. */
export function readPeer(field: string | string[] | undefined): Peer | undefined {
  if (typeof field !== 'string') return undefined;
  const [kind, id, name] = field.split(' ');
  if ((kind !== 'parent' && kind !== 'invited') || id === undefined || name === undefined) return undefined;
  return { kind, id, name: decodeURIComponent(name) };
}

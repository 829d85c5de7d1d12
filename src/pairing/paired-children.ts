/** The children of this node as the provider `multicluster` needs them. */
import type { ConfiguredChild } from './joining.ts';
import type { Book } from './ledger-schema.ts';
import type { OwnAuthorities } from './own-authorities.ts';
import { pairedName } from './server-names.ts';

export interface PairedChild {
  readonly name: string;
  readonly node: string;
  readonly address: URL;
  /** What it is asked for in TLS, and what its certificate is for. */
  readonly serverName: string;
  /** PEM. */
  readonly authorities: readonly string[];
  /** With which this node shows itself; PEM. */
  readonly certificate: { readonly cert: string; readonly key: string };
  readonly allow: readonly string[];
  readonly maxWeight: number | undefined;
}

export function pairedChildren(
  book: Book,
  { configured, authorities }: { configured: readonly ConfiguredChild[]; authorities: OwnAuthorities },
): PairedChild[] {
  return book.children.flatMap((child) => {
    const named = configured.find(({ name }) => name === child.name);
    const certificate = authorities.identity(child.authority);
    const authority = book.authorities.find(({ id }) => id === child.authority);
    // The configuration has the last word: who is gone from it, or has certificates there, is not ours to say.
    const isOurs = child.via === 'secret' ? named?.bySecret === true : named === undefined;
    if (child.state !== 'paired' || !isOurs || !certificate || !authority) return [];
    return [
      {
        name: child.name,
        node: child.node,
        address: new URL(`https://${named?.address ?? child.addresses[0]!}`),
        serverName: pairedName(child.authority, child.fingerprint),
        authorities: [authority.certificate],
        certificate,
        allow: child.allow,
        maxWeight: child.maxWeight,
      },
    ];
  });
}

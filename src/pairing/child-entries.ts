/** The children of this node as they stand in the book. */
import { withoutUnused } from './own-authorities.ts';
import type { Book, ChildEntry } from './ledger-schema.ts';

/** In the place of whoever had its key or its name; nobody is revoked who is a child again. */
export const withChild = (book: Book, child: ChildEntry): Book => {
  const isOther = ({ fingerprint, name }: Pick<ChildEntry, 'fingerprint' | 'name'>) =>
    fingerprint !== child.fingerprint && name !== child.name;
  return withoutUnused({
    ...book,
    children: [...book.children.filter(isOther), child],
    revokedChildren: book.revokedChildren.filter(isOther),
  });
};

/** As it is after a renewal, unless it is no child any more. */
export const withRenewedChild = (book: Book, child: ChildEntry): Book =>
  withoutUnused({
    ...book,
    children: book.children.map((each) => (each.fingerprint === child.fingerprint ? child : each)),
  });

export const withoutChild = (book: Book, { fingerprint }: ChildEntry): Book =>
  withoutUnused({ ...book, children: book.children.filter((each) => each.fingerprint !== fingerprint) });

export function withRevokedChild(book: Book, child: ChildEntry, revokedAtMs: number): Book {
  const { name, node, fingerprint, addresses, pairedAtMs } = child;
  const entry = { name, node, fingerprint, addresses, pairedAtMs, revokedAtMs };
  return { ...withoutChild(book, child), revokedChildren: [...book.revokedChildren, entry] };
}

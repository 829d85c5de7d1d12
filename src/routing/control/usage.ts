import { qualify } from '../qualified-name.ts';

type Use = readonly [user: string, provider: string, names: readonly string[]];

/** Who uses what, by qualified name; users in the order given, each once. */
export function usersOf(uses: Iterable<Use>): Map<string, string[]> {
  const users = new Map<string, string[]>();
  for (const [user, provider, names] of uses) {
    for (const name of new Set(names.map((each) => qualify(each, provider)))) {
      const known = users.get(name);
      if (known) known.push(user);
      else users.set(name, [user]);
    }
  }
  return users;
}

export function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : Number(one.name > other.name);
}

/** How children are named and addressed in the static configuration. */

const childName = /^[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?$/;

/** Dots would make flags and variables ambiguous, `@` the names of services. */
export const hasOnlyChildNames = (children: Readonly<Record<string, unknown>>): boolean =>
  Object.keys(children).every((name) => childName.test(name));

export const isChildAddress = (text: string): boolean => parseChildAddress(text) !== undefined;

/** The origin of a child's uplink entry point; undefined for anything that is more or less than that. */
export function parseChildAddress(text: string): URL | undefined {
  const url = URL.parse(text);
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.hostname === '') return undefined;
  const bare = `${url.protocol}//${url.host}/`;
  return url.href === bare ? url : undefined;
}

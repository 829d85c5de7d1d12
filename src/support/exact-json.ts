/** V8 has it, the library types do not yet: text that becomes a JSON number as it stands. */
const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): unknown };

/** JSON in which a bigint is a number with all its digits. */
export function exactJson(tree: unknown, indent?: number): string {
  return JSON.stringify(
    tree,
    (_key, value: unknown) => (typeof value === 'bigint' ? rawJSON(String(value)) : value),
    indent,
  );
}

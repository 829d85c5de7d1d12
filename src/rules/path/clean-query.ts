/** What is not sent as it is: readers disagree on where a query with a `#` ends, and some take bytes only. */
const UNCLEAN = /[;#\x80-\xff]/;
const ESCAPED = /[#\x80-\xff]/g;

/**
 * Semicolons in a query (with its `?`, or empty) are read as `&`; with `encode` they are data and stay so. What no
 * query may hold is escaped.
 */
export function cleanQuery(query: string, encode: boolean): string {
  if (query === '' || !UNCLEAN.test(query)) return query;
  return query.replaceAll(';', encode ? '%3B' : '&').replaceAll(ESCAPED, escaped);
}

function escaped(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).toUpperCase()}`;
}

/**
 * Semicolons in a query (with its `?`, or empty) are read as `&`; with `encode` they are data and stay so.
 */
export function cleanQuery(query: string, encode: boolean): string {
  return query.includes(';') ? query.replaceAll(';', encode ? '%3B' : '&') : query;
}

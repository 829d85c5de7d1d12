/** Header fields that belong to a message or its connection, lower-case: no request made from it may copy them. */
export const messageFields: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

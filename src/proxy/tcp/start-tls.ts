/** What a PostgreSQL client sends first when it wants TLS: its length, then a number that is no version. */
export const sslRequest: Buffer = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** `S`: the answer that lets it begin. */
export const sslYes = 0x53;

/** Whether the bytes are the request, may become it, or are something else. */
export function looksLikeSslRequest(bytes: Buffer): 'yes' | 'incomplete' | 'no' {
  const length = Math.min(bytes.length, sslRequest.length);
  if (bytes.compare(sslRequest, 0, length, 0, length) !== 0) return 'no';
  return length === sslRequest.length ? 'yes' : 'incomplete';
}

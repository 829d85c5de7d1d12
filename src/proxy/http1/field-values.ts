/** Exactly what `Content-Length` may be, or undefined: digits, and no more than a number holds exactly. */
export function bodyLength(value: string): number | undefined {
  if (!/^\d{1,15}$/.test(value)) return undefined;
  return Number(value);
}

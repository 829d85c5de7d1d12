const truths = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const lies = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/** The spellings that Go takes for a boolean, and no others. */
export function parseBoolean(text: string): boolean | undefined {
  if (truths.has(text)) return true;
  return lies.has(text) ? false : undefined;
}

const ESCAPED_RUN = /(?:%[0-9A-F]{2})+/g;
/** `: / ? # [ ] @ ! $ & ' ( ) * + , ; = %` */
const RESERVED = /[:/?#[\]@!$&'()*+,;=%]/;
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * What `Path` matchers compare: the cleaned path with every escape decoded that is not a reserved character.
 * Bytes that are not UTF-8 stay escaped, so that different paths never look alike.
 */
export function routingPath(path: string): string {
  return path.includes('%') ? path.replace(ESCAPED_RUN, decodedRun) : path;
}

function decodedRun(run: string): string {
  let result = '';
  for (const part of run.match(/%[0-7].|(?:%[89A-F].)+/g) ?? []) {
    result += part.charCodeAt(1) < 0x38 ? decodedAscii(part) : decodedUnicode(part);
  }
  return result;
}

function decodedAscii(escape: string): string {
  const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
  return RESERVED.test(character) ? escape : character;
}

function decodedUnicode(escapes: string): string {
  try {
    return strict.decode(Buffer.from(escapes.replaceAll('%', ''), 'hex'));
  } catch {
    return escapes;
  }
}

/** The first letter of each word in upper case, where a word is letters, digits and underscores. */
export function titleCase(text: string): string {
  return text.replace(/(^|[^\p{L}\p{N}_])(\p{L})/gu, (_, before, letter) => before + letter.toUpperCase());
}

/** Upper case becomes lower case and the other way round; the first letter of a word becomes upper case. */
export function swapCase(text: string): string {
  return text.replace(/\p{L}/gu, (letter, index: number) => {
    if (letter !== letter.toLowerCase()) return letter.toLowerCase();
    return index > 0 || !/\s/.test(text[index - 1] ?? '') ? letter.toUpperCase() : letter;
  });
}

/** `FirstName`, `first name` and `HTTP20xOK` become words in lower case with `delimiter` between them. */
export function delimitedCase(text: string, delimiter: '_' | '-'): string {
  const words = text
    .replace(/[\s_-]+/g, delimiter)
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, `$1${delimiter}$2`)
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, `$1${delimiter}$2`);
  return words.toLowerCase();
}

/** `first_name` becomes `FirstName`. */
export function camelCase(text: string): string {
  const [before = '', words = '', after = ''] = /^([_\s-]*)(.*?)([_\s-]*)$/su.exec(text)?.slice(1) ?? [];
  const joined = words.replace(/(^|[_\s-])([^_\s-])/gu, (_, __, first) => first.toUpperCase());
  return before + joined + after;
}

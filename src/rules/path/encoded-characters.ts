/** Which escaped characters a path may hold. */
export interface EncodedCharacters {
  readonly allowEncodedSlash: boolean;
  readonly allowEncodedBackSlash: boolean;
  readonly allowEncodedNullCharacter: boolean;
  readonly allowEncodedSemicolon: boolean;
  readonly allowEncodedPercent: boolean;
  readonly allowEncodedQuestionMark: boolean;
  readonly allowEncodedHash: boolean;
}

const DIGITS = {
  allowEncodedSlash: '2f',
  allowEncodedBackSlash: '5c',
  allowEncodedNullCharacter: '00',
  allowEncodedSemicolon: '3b',
  allowEncodedPercent: '25',
  allowEncodedQuestionMark: '3f',
  allowEncodedHash: '23',
} as const satisfies Record<keyof EncodedCharacters, string>;

/** Finds an escaped character that is not allowed in a path; undefined when all are allowed. */
export function encodedCharacterFilter(allowed: EncodedCharacters): RegExp | undefined {
  const options = Object.keys(DIGITS) as (keyof EncodedCharacters)[];
  const denied = options.filter((option) => !allowed[option]).map((option) => DIGITS[option]);
  return denied.length === 0 ? undefined : new RegExp(`%(?:${denied.join('|')})`, 'i');
}

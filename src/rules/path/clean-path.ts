/** Anything that is not an unreserved or reserved path character, or begins a dot segment or an empty one. */
const UNCLEAN = /[^\w\-.~!$&'()*+,;=:@[\]/]|\/[./]/;
/** Blanks, controls, fragments and percent signs without two digits: no server may guess what they mean. */
const BROKEN = /[\0- \x7f#]|%(?![0-9A-Fa-f]{2})/;
const ESCAPE_OR_FORBIDDEN = /%..|[^\w\-.~!$&'()*+,;=:@[\]/]/g;
const UNRESERVED = /[\w\-.~]/;
const DOT_SEGMENT_OR_DOUBLE_SLASH = /\/(?:\.{0,2}\/|\.{1,2}$)/;

/**
 * The one form of a raw path that is both routed and forwarded, or undefined when it deserves a 400.
 *
 * Escapes of unreserved characters are decoded, the others get upper-case digits, forbidden characters are
 * escaped; `sanitize` also resolves dot segments and doubled slashes. Cleaning twice changes nothing.
 */
export function cleanPath(path: string, sanitize: boolean): string | undefined {
  if (path.charCodeAt(0) === 0x2f && !UNCLEAN.test(path)) return path;
  if (path === '' || path === '*') return path || '/';
  if (path.charCodeAt(0) !== 0x2f || BROKEN.test(path)) return undefined;
  const normal = path.replace(ESCAPE_OR_FORBIDDEN, normalized);
  return sanitize && DOT_SEGMENT_OR_DOUBLE_SLASH.test(normal) ? withoutDots(normal) : normal;
}

function normalized(part: string): string {
  if (part.length === 1) return escaped(part);
  const character = String.fromCharCode(Number.parseInt(part.slice(1), 16));
  return UNRESERVED.test(character) ? character : part.toUpperCase();
}

function escaped(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** A slash at the end stays; a dot segment at the end leaves none, as in Traefik. */
function withoutDots(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const end = kept.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${kept.join('/')}${end}`;
}

const COLON = 0x3a;

/** Where the first line of that name begins, not before `from`, the beginning of a line; -1 for none. */
export function findLine(lines: string, name: string, from: number): number {
  for (let line = from; line < lines.length; line = lines.indexOf('\n', line) + 1) {
    if (lines.charCodeAt(line + name.length) === COLON && sameName(lines, line, name)) return line;
  }
  return -1;
}

function sameName(lines: string, line: number, name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    if (lower(lines.charCodeAt(line + index)) !== lower(name.charCodeAt(index))) return false;
  }
  return true;
}

function lower(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code | 0x20 : code;
}

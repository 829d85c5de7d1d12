import { parse, TomlError } from 'smol-toml';
import type { ProblemSource } from '../model/problem.ts';
import { type ParsedDocument, syntaxProblem, unreadable } from './parsed-document.ts';
import { documentOf } from './plain-document.ts';

export function parseToml(text: string, file: string): ParsedDocument {
  try {
    const lines = lineIndex(text);
    const placeOf = (path: string): ProblemSource => ({ file, ...lineOf(lines, path) });
    return { document: documentOf(parse(text, { integersAsBigInt: true }), placeOf), problems: [] };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const place = { file, line: error.line, column: error.column };
    const message = error.message.split('\n')[0] as string;
    return unreadable([syntaxProblem(place, message)], { file });
  }
}

/**
 * The parser tells no places, so the lines of headers and keys are looked up in the text: right for every document
 * but those that hide keys in texts of several lines, and only ever used to say where to look.
 */
function lineIndex(text: string): Map<string, number> {
  const lines = new Map<string, number>();
  const counts = new Map<string, number>();
  let prefix = '';
  text.split('\n').forEach((line, index) => {
    const header = /^\s*(\[\[?)\s*([^\]]+?)\s*\]/.exec(line);
    const key = /^\s*([\w."'-]+)\s*=/.exec(line)?.[1];
    if (header) prefix = unquoted(header[2] as string);
    if (header?.[1] === '[[') {
      const count = counts.get(prefix) ?? 0;
      counts.set(prefix, count + 1);
      prefix = `${prefix}.[${count}]`;
    }
    const path = header ? prefix : key && joined(prefix, unquoted(key));
    for (let at = path ?? ''; at !== '' && !lines.has(at); at = parentOf(at)) lines.set(at, index + 1);
  });
  return lines;
}

/** A key within an inline table is on the line of the nearest thing around it. */
function lineOf(lines: ReadonlyMap<string, number>, path: string): { line: number } | undefined {
  for (let at = path; at !== ''; at = parentOf(at)) {
    const line = lines.get(at);
    if (line !== undefined) return { line };
  }
  return undefined;
}

const parentOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('.')));
const joined = (prefix: string, key: string) => (prefix === '' ? key : `${prefix}.${key}`);
const unquoted = (key: string) => key.replaceAll(/["']|\s+(?=\.)|(?<=\.)\s+/g, '');

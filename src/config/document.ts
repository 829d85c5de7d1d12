/** Files as trees in which every node knows its place: YAML, JSON and TOML by the file's extension. */
import { extname } from 'node:path';
import { readJson } from './json-document.ts';
import { type ParsedDocument, syntaxProblem, unreadable } from './parsed-document.ts';
import { parseToml } from './toml-document.ts';
import { parseYaml } from './yaml-document.ts';

export { documentOf } from './plain-document.ts';
export type { ParsedDocument };

export function parseDocument(text: string, file: string): ParsedDocument {
  const bare = text.startsWith('\uFEFF') ? text.slice(1) : text;
  try {
    if (extname(file).toLowerCase() === '.toml') return parseToml(bare, file);
    const document = readJson(bare, file);
    return document ? { document, problems: [] } : parseYaml(bare, file);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // Only nesting exhausts the stack of a parser.
    return unreadable([syntaxProblem({ file }, 'it is nested too deeply')], { file });
  }
}

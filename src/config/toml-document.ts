import { parse, TomlError } from 'smol-toml';
import { type ParsedDocument, syntaxProblem, unreadable } from './parsed-document.ts';
import { documentOf } from './plain-document.ts';
import { tomlPlaces } from './toml-places.ts';

export function parseToml(text: string, file: string): ParsedDocument {
  try {
    const tree = parse(text, { integersAsBigInt: true });
    const places = tomlPlaces(text);
    const placeOf = (path: string) => ({ file, ...(path === '' ? start : places.get(path)) });
    return { document: documentOf(tree, placeOf), problems: [] };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const place = { file, line: error.line, column: error.column };
    const message = error.message.split('\n')[0] as string;
    return unreadable([syntaxProblem(place, message)], { file });
  }
}

const start = { line: 1, column: 1 };

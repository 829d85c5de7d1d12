import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import type { Problem, ProblemSource } from '../model/problem.ts';
import { type ConfigNode, mappingNode } from './node.ts';
import { type ParsedDocument, syntaxProblem, unreadable } from './parsed-document.ts';

/** Nodes that aliases may add to a document: a short text must not unfold into gigabytes. */
const aliasedNodesMax = 100_000;

/** One mistake makes many: the first ones tell it. */
const errorsMax = 3;

/** JSON is YAML, too. */
export function parseYaml(text: string, file: string): ParsedDocument {
  const lines = new LineCounter();
  // The parser would compare each key with all before it; the reader below looks it up.
  const options = { lineCounter: lines, merge: true, prettyErrors: false, uniqueKeys: false };
  const document = parseDocument(text, options);
  const problems = document.errors.slice(0, errorsMax).map((error): Problem => {
    const { line, col } = lines.linePos(error.pos[0]);
    return syntaxProblem({ file, line, column: col }, error.message);
  });
  const start: ProblemSource = { file, line: 1, column: 1 };
  if (problems.length > 0) return unreadable(problems, start);
  const reader = new Reader(document, lines, file);
  const root = reader.read(document.contents, '', start) ?? mappingNode('', start);
  if (root.form !== 'mapping') reader.problems.push(syntaxProblem(start, 'the top level is not a mapping'));
  if (reader.problems.length > 0) return unreadable(reader.problems.slice(0, errorsMax), start);
  return { document: root, problems: [] };
}

class Reader {
  readonly problems: Problem[] = [];
  readonly #document: Document;
  readonly #lines: LineCounter;
  readonly #file: string;
  #aliasDepth = 0;
  #aliasedNodes = 0;

  constructor(document: Document, lines: LineCounter, file: string) {
    this.#document = document;
    this.#lines = lines;
    this.#file = file;
  }

  /** Undefined for null: what is not there is not said. */
  read(node: unknown, name: string, place: ProblemSource): ConfigNode | undefined {
    if (this.#aliasDepth > 0 && ++this.#aliasedNodes > aliasedNodesMax) return this.#tooMany(place);
    if (isAlias(node)) return this.#alias(node, name, place);
    if (isMap(node)) return { ...mappingNode(name, place), children: this.#entries(node) };
    if (isSeq(node)) {
      const children = node.items.flatMap(
        (item, index) => this.read(item, `[${index}]`, this.#at(item)) ?? [],
      );
      return { name, place, value: undefined, children, form: 'sequence' };
    }
    if (!isScalar(node) || node.value === null) return undefined;
    return { name, place, value: textOf(node), children: [], form: 'scalar', native: node.value };
  }

  #entries(map: YAMLMap): ConfigNode[] {
    const own: ConfigNode[] = [];
    const merged: ConfigNode[] = [];
    const names = new Set<string>();
    for (const { key, value } of map.items) {
      const name = nameOf(key);
      if (names.has(name))
        this.problems.push(syntaxProblem(this.#at(key), `the key "${name}" stands there twice`));
      names.add(name);
      if (name === '<<') merged.push(...this.#merged(value));
      else own.push(...asList(this.read(value, name, this.#at(key))));
    }
    return [...own, ...merged.filter(({ name }) => !names.has(name) && names.add(name))];
  }

  /** `<<: *base` or `<<: [*first, *second]`: entries of the mapping itself win, then those named first. */
  #merged(value: unknown): ConfigNode[] {
    const node = this.read(value, '<<', this.#at(value));
    const bases = node?.form === 'sequence' ? node.children : asList(node);
    return bases.flatMap((base) => base.children);
  }

  #alias(alias: Alias, name: string, place: ProblemSource): ConfigNode | undefined {
    this.#aliasDepth += 1;
    const node = this.read(alias.resolve(this.#document), name, place);
    this.#aliasDepth -= 1;
    return node;
  }

  #tooMany(place: ProblemSource): undefined {
    if (this.problems.length === 0)
      this.problems.push(syntaxProblem(place, 'its aliases unfold without end'));
  }

  #at(node: unknown): ProblemSource {
    const offset = (node as { range?: readonly number[] | null } | null)?.range?.[0];
    if (offset === undefined) return { file: this.#file };
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.#file, line, column: col };
  }
}

const asList = (node: ConfigNode | undefined) => (node ? [node] : []);

const nameOf = (key: unknown) => (isScalar(key) ? textOf(key) : String(key));

/** A number keeps the digits it was written with, except where only its value means something (`0x1F`). */
function textOf({ value, source }: Scalar): string {
  if (typeof value === 'symbol') return value.description ?? '';
  if (typeof value !== 'number' || source === undefined) return String(value);
  return /^[-+]?0[xo]/.test(source) ? String(value) : source;
}

import { type JSONVisitor, visit } from 'jsonc-parser';
import { type ConfigNode, mappingNode } from './node.ts';

/** It is no JSON, or something is wrong that the reader of YAML finds words for. */
class NotJson extends Error {}

/**
 * The tree of a text that is JSON to the letter; undefined of any other. The reader of YAML would take all of them, but
 * ten times the time and the memory: with a hundred thousand routers that is what one waits for.
 */
export function readJson(text: string, file: string): ConfigNode | undefined {
  if (!/^[ \t\r\n]*\{/.test(text)) return undefined;
  const root = mappingNode('', { file, line: 1, column: 1 });
  try {
    visit(text, new TreeBuilder(text, root).visitor, { disallowComments: true });
    return root;
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
}

/** Of YAML: what is under this key belongs to the mapping around it. */
const mergeKey = '<<';

/** A collection whose end is still to come. */
interface Open {
  readonly node: { -readonly [Key in keyof ConfigNode]: ConfigNode[Key] };
  readonly children: ConfigNode[];
  /** Keys so far; of a list undefined. */
  readonly names: Set<string> | undefined;
  /** Items so far, those included that say nothing. */
  items: number;
}

/** Where something begins; lines and characters count from 0. */
interface Spot {
  readonly line: number;
  readonly character: number;
}

const none: ConfigNode[] = [];

class TreeBuilder {
  readonly #text: string;
  readonly #root: ConfigNode;
  readonly #open: Open[] = [];
  #key: { readonly name: string; readonly spot: Spot } | undefined;

  constructor(text: string, root: ConfigNode) {
    this.#text = text;
    this.#root = root;
  }

  readonly visitor: JSONVisitor = {
    onObjectBegin: (_offset, _length, line, character) => this.#enter('mapping', { line, character }),
    onObjectProperty: (name, _offset, _length, line, character) => this.#named(name, { line, character }),
    onObjectEnd: () => this.#leave(),
    onArrayBegin: (_offset, _length, line, character) => this.#enter('sequence', { line, character }),
    onArrayEnd: () => this.#leave(),
    onLiteralValue: (value, offset, length, line, character) => {
      const written = typeof value === 'string' ? value : this.#text.slice(offset, offset + length);
      this.#add({ written, native: value }, { line, character });
    },
    onError: () => {
      throw new NotJson();
    },
  };

  #named(name: string, spot: Spot): void {
    const names = this.#open.at(-1)?.names;
    if (name === mergeKey || names?.has(name)) throw new NotJson();
    names?.add(name);
    this.#key = { name, spot };
  }

  #enter(form: 'mapping' | 'sequence', spot: Spot): void {
    const parent = this.#open.at(-1);
    const node = parent
      ? { ...this.#next(parent, spot), value: undefined, children: none, form }
      : this.#root;
    parent?.children.push(node);
    const names = form === 'mapping' ? new Set<string>() : undefined;
    this.#open.push({ node, children: [], names, items: 0 });
  }

  /** A list that has been filled one by one has room for sixteen more; a copy has not. */
  #leave(): void {
    const { node, children } = this.#open.pop()!;
    node.children = children.slice();
  }

  /** Null is not there: it says nothing. */
  #add({ written, native }: { written: string; native: unknown }, spot: Spot): void {
    const parent = this.#open.at(-1)!;
    const next = this.#next(parent, spot);
    if (native !== null)
      parent.children.push({ ...next, value: written, children: none, form: 'scalar', native });
  }

  /** Of the next child: its key and where that stands, or its number and where it stands itself. */
  #next(parent: Open, spot: Spot): Pick<ConfigNode, 'name' | 'place'> {
    const { name, spot: start } = parent.names ? this.#key! : { name: `[${parent.items++}]`, spot };
    const { file } = this.#root.place;
    return { name, place: { file, line: start.line + 1, column: start.character + 1 } };
  }
}

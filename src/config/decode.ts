/**
 * The one step from the common tree to a checked value: coerces, checks, puts defaults, and names every mistake with
 * its place and the nearest valid name.
 *
 *     const { document, problems } = parseDocument(text, 'traefik.yml');
 *     const { value, problems: more } = decodeTree(schema, document);
 */
import type { z } from 'zod';
import type { Problem } from '../model/problem.ts';
import { checkNames } from './hidden.ts';
import {
  below,
  failedChecks,
  indexedList,
  misshapen,
  notYet,
  repeated,
  unknownName,
  wrongScalar,
} from './mistakes.ts';
import type { ConfigNode } from './node.ts';
import { emptyStructure, type Field, isScalar, labelNameOf, type Option, optionOf } from './option-tree.ts';
import { parseScalar } from './scalar.ts';
import { decodeFree, isSwitchedOff, joinedKeys } from './shapes.ts';

/** `value` is undefined exactly when a problem is an error: a unit with a mistake does not go live half. */
export interface Decoded<T> {
  readonly value: T | undefined;
  readonly problems: Problem[];
}

export interface DecodeOptions {
  /** Unknown names at the root may be somebody else's; below it they are always refused. */
  readonly unknownRoot?: 'refuse' | 'warn';
  /** Hidden options are dropped, lists of structures may go by a singular name. */
  readonly labels?: boolean;
}

export function decodeTree<T extends z.ZodType>(
  schema: T,
  document: ConfigNode,
  options: DecodeOptions = {},
): Decoded<z.output<T>> {
  const decoder = new Decoder(options);
  const value = decoder.decode(optionOf(schema), document, document.name);
  return concluded(value as z.output<T>, decoder.problems);
}

export function concluded<T>(value: T, problems: Problem[]): Decoded<T> {
  const sound = !problems.some((problem) => problem.severity === 'error');
  return { value: sound ? value : undefined, problems };
}

export class Decoder {
  readonly problems: Problem[] = [];
  readonly #options: DecodeOptions;
  #depth = 0;

  constructor(options: DecodeOptions) {
    this.#options = options;
  }

  /** What the node says, or what the option is when nothing is said. */
  decode(option: Option, node: ConfigNode, path: string): unknown {
    if (this.#options.labels && option.meta.hiddenInLabels) {
      this.problems.push(...checkNames(option, node, path));
      return option.absent();
    }
    if (option.meta.allowEmpty && isSwitchedOff(node)) return option.absent();
    if (option.meta.notYet !== undefined) this.#report(notYet(option, node, path));
    const before = this.problems.length;
    const value = this.#decodeKind(option, node, path);
    if (value === undefined) return option.absent();
    if (option.checked && this.#isSoundSince(before))
      this.problems.push(...failedChecks(option, value, node, path));
    return value;
  }

  #decodeKind(option: Option, node: ConfigNode, path: string): unknown {
    switch (option.kind) {
      case 'structure':
        return this.#structure(option, node, path);
      case 'structures':
        return this.#structures(option, node, path);
      case 'map':
        return this.#map(option, node, path);
      case 'list':
        return this.#list(node, path);
      case 'free':
        return this.#free(option, node, path);
      default:
        return this.#scalar(option, node, path);
    }
  }

  #structure(option: Option, node: ConfigNode, path: string): unknown {
    if (node.form === 'sequence') return this.#report(misshapen(node, path, 'is a structure, not a list'));
    if (isLeaf(node) && !option.meta.allowEmpty) return this.#report(misshapen(node, path, standalone));
    const value = emptyStructure(option);
    const seen = new Set<Field>();
    this.#depth += 1;
    for (const child of node.children) {
      const field = this.#options.labels ? option.labelField(child.name) : option.field(child.name);
      if (!field) this.#reportUnknown(option, child, path);
      else if (seen.has(field)) this.#report(repeated(child, path));
      else {
        seen.add(field);
        const decoded = this.decode(field.option, child, below(path, child.name));
        if (decoded !== undefined) value[field.name] = decoded;
      }
    }
    this.#depth -= 1;
    return value;
  }

  #structures(option: Option, node: ConfigNode, path: string): unknown {
    const element = option.element as Option;
    if (node.form === 'sequence')
      return node.children.map((child) => this.#element(element, child, path + child.name));
    if (node.form !== 'key')
      return this.#report(misshapen(node, path, 'is a list of structures, one item for each structure'));
    if (!this.#options.labels || !option.meta.labelName)
      return node.children.map((child) => this.#element(element, child, below(path, child.name)));
    if (node.children.length === 0) return this.#report(misshapen(node, path, standalone));
    return [this.decode(element, node, path)];
  }

  #map(option: Option, node: ConfigNode, path: string): unknown {
    if (node.form === 'sequence') return this.#report(misshapen(node, path, 'is a map of names, not a list'));
    if (isLeaf(node)) return this.#report(misshapen(node, path, `needs a name below it: ${path}.<name>`));
    const element = option.element as Option;
    const dotted = node.form === 'key' && isScalar(element);
    const children = dotted ? node.children.flatMap(joinedKeys) : node.children;
    const value: Record<string, unknown> = {};
    for (const child of children) {
      const decoded = this.#element(element, child, below(path, child.name));
      if (decoded !== undefined) setOwn(value, child.name, decoded);
    }
    return value;
  }

  /** Naming an element by a key alone makes one that is empty; what the key says does not count. */
  #element(element: Option, node: ConfigNode, path: string): unknown {
    const bare = element.kind === 'structure' && node.form === 'key' && isLeaf(node);
    return bare ? emptyStructure(element) : this.decode(element, node, path);
  }

  #list(node: ConfigNode, path: string): unknown {
    if (node.form === 'mapping' || node.children.some((child) => child.children.length > 0))
      return this.#report(misshapen(node, path, 'is a list of single values'));
    if (node.form === 'sequence') return node.children.map((child) => (child.value ?? '').trim());
    if (node.children.length > 0) return this.#report(indexedList(node, path));
    return node.value ? parseScalar('list', node.value) : undefined;
  }

  #free(option: Option, node: ConfigNode, path: string): unknown {
    if (node.form === 'sequence') return this.#report(misshapen(node, path, 'is a structure, not a list'));
    if (node.form === 'scalar' && !option.meta.allowEmpty)
      return this.#report(misshapen(node, path, standalone));
    return node.children.length > 0 ? decodeFree(node) : {};
  }

  #scalar(option: Option, node: ConfigNode, path: string): unknown {
    if (node.children.length > 0 || node.form === 'mapping' || node.form === 'sequence')
      return this.#report(misshapen(node, path, 'is a single value; nothing can stand below it'));
    return parseScalar(option.kind, node.value ?? '') ?? this.#report(wrongScalar(option, node, path));
  }

  #reportUnknown(option: Option, node: ConfigNode, path: string): void {
    const tolerated = this.#depth === 1 && this.#options.unknownRoot === 'warn';
    const nameOf = (field: Field) => (this.#options.labels ? labelNameOf(field) : field.name);
    this.#report(unknownName(node, { option, path, nameOf, tolerated }));
  }

  #report(problem: Problem | undefined): undefined {
    if (problem) this.problems.push(problem);
  }

  #isSoundSince(index: number): boolean {
    return this.problems.slice(index).every((problem) => problem.severity !== 'error');
  }
}

const standalone = 'is a structure: name one of its options below it';

/** Says something itself and has nothing below. `{}` in a file says nothing. */
const isLeaf = (node: ConfigNode) => node.children.length === 0 && node.value !== undefined;

/** `__proto__` is a name like any other. */
function setOwn(target: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}

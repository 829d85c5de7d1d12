/**
 * The one step from the common tree to a checked value: coerces, checks, puts defaults, and names every mistake with
 * its place and the nearest valid name.
 *
 *     const { document, problems } = parseDocument(text, 'traefik.yml');
 *     const { value, problems: more } = decodeTree(schema, document);
 */
import type { z } from 'zod';
import type { Problem } from '../model/problem.ts';
import { nearestName } from '../support/nearest-name.ts';
import { checkNames } from './hidden.ts';
import { childNamed, type ConfigNode } from './node.ts';
import { emptyStructure, labelNameOf, type Option, optionOf } from './option-tree.ts';
import { decodeFree, isSwitchedOff, joinedKeys } from './shapes.ts';
import { expectationOf, parseScalar } from './scalar.ts';

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
    if (option.meta.notYet !== undefined) this.#reportNotYet(option, node, path);
    const mistakes = this.problems.length;
    const value = this.#decodeKind(option, node, path);
    if (value === undefined) return option.absent();
    const isSound = this.problems.slice(mistakes).every((problem) => problem.severity !== 'error');
    if (option.checked && isSound) this.#check(option, value, node, path);
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
    if (node.form === 'sequence') return this.#misshapen(node, path, 'is a structure, not a list');
    if (isLeaf(node) && !option.meta.allowEmpty) return this.#misshapen(node, path, standaloneStructure);
    const value = emptyStructure(option);
    const seen = new Set<string>();
    const atRoot = this.#depth === 0;
    this.#depth += 1;
    for (const child of node.children) {
      const field = this.#options.labels ? option.labelField(child.name) : option.field(child.name);
      if (!field) this.#reportUnknown(option, child, path, atRoot);
      else if (seen.has(field.name)) this.#reportTwice(child, path);
      else {
        seen.add(field.name);
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
      return this.#misshapen(node, path, 'is a list of structures, one item for each structure');
    if (!this.#options.labels || !option.meta.labelName)
      return node.children.map((child) => this.#element(element, child, below(path, child.name)));
    if (node.children.length === 0) return this.#misshapen(node, path, standaloneStructure);
    return [this.decode(element, node, path)];
  }

  #map(option: Option, node: ConfigNode, path: string): unknown {
    if (node.form === 'sequence') return this.#misshapen(node, path, 'is a map of names, not a list');
    if (isLeaf(node)) return this.#misshapen(node, path, `needs a name below it: ${path}.<name>`);
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
    if (node.form === 'mapping') return this.#misshapen(node, path, 'is a list of single values');
    if (node.children.some((child) => child.children.length > 0))
      return this.#misshapen(node, path, 'is a list of single values');
    if (node.form === 'sequence') return node.children.map((child) => (child.value ?? '').trim());
    if (node.children.length > 0) return this.#reportIndexed(node, path);
    return node.value ? parseScalar('list', node.value) : undefined;
  }

  #free(option: Option, node: ConfigNode, path: string): unknown {
    if (node.form === 'sequence') return this.#misshapen(node, path, 'is a structure, not a list');
    if (node.form === 'scalar' && !option.meta.allowEmpty)
      return this.#misshapen(node, path, standaloneStructure);
    return node.children.length > 0 ? decodeFree(node) : {};
  }

  #scalar(option: Option, node: ConfigNode, path: string): unknown {
    if (node.children.length > 0 || node.form === 'mapping' || node.form === 'sequence')
      return this.#misshapen(node, path, 'is a single value; nothing can stand below it');
    const text = node.value ?? '';
    const value = parseScalar(option.kind, text);
    if (value !== undefined) return value;
    const shown = option.meta.secret ? 'the value' : JSON.stringify(text);
    return this.#report(node, 'wrong-value', `${path}: ${shown} is not ${expectationOf(option.kind)}.`);
  }

  /** What the schema says beyond the kind: choices, limits, rules of its own. */
  #check(option: Option, value: unknown, node: ConfigNode, path: string): void {
    const result = option.schema.safeParse(value);
    for (const issue of result.error?.issues ?? []) {
      const place = issue.path.reduce<string>((at, name) => below(at, String(name)), path);
      const culprit = issue.path.reduce<ConfigNode>((at, name) => childNamed(at, String(name)) ?? at, node);
      const hidden = option.meta.secret || culprit.value === undefined || culprit.children.length > 0;
      const shown = hidden ? '' : ` (${JSON.stringify(culprit.value)})`;
      const text = `${place}${shown}: ${saying(issue)}.`;
      this.#report(culprit, 'wrong-value', text, choiceOf(issue, culprit));
    }
  }

  #misshapen(node: ConfigNode, path: string, text: string): undefined {
    return this.#report(node, 'wrong-shape', `${path} ${text}.`);
  }

  #reportUnknown(option: Option, node: ConfigNode, path: string, atRoot: boolean): void {
    const names = option.fields.map((field) => (this.#options.labels ? labelNameOf(field) : field.name));
    const nearest = nearestName(node.name, names);
    const place = path === '' ? '' : ` in ${path}`;
    const remedy = nearest ? `Did you mean "${nearest}"?` : `Known here: ${names.join(', ')}.`;
    const severity = atRoot && this.#options.unknownRoot === 'warn' ? 'warning' : 'error';
    this.problems.push({
      code: 'unknown-option',
      severity,
      source: node.place,
      text: `There is no option "${node.name}"${place}.`,
      remedy,
    });
  }

  #reportTwice(node: ConfigNode, path: string): void {
    this.#report(
      node,
      'repeated-option',
      `${below(path, node.name)} is given twice; letter case does not count.`,
    );
  }

  #reportIndexed(node: ConfigNode, path: string): undefined {
    this.problems.push({
      code: 'indexed-list',
      severity: 'warning',
      source: node.place,
      text: `${path} is a list of single values: written with indices it stays empty.`,
      remedy: 'Write the values in one, with commas between them.',
    });
  }

  #reportNotYet(option: Option, node: ConfigNode, path: string): void {
    if (node.value !== undefined && parseScalar('flag', node.value) === false) return;
    const why = option.meta.notYet?.replace(/\.$/, '');
    this.problems.push({
      code: 'not-yet',
      severity: 'warning',
      source: node.place,
      text: `${path} has no effect${why ? `: ${why}` : '; Traefik knows it, Fairlead does not yet'}.`,
    });
  }

  #report(node: ConfigNode, code: string, text: string, remedy?: string): undefined {
    const problem = { code, severity: 'error', source: node.place, text } as const;
    this.problems.push(remedy === undefined ? problem : { ...problem, remedy });
  }
}

const standaloneStructure = 'is a structure: name one of its options below it';

/** Says something itself and has nothing below. `{}` in a file says nothing. */
const isLeaf = (node: ConfigNode) => node.children.length === 0 && node.value !== undefined;

const scalarKinds = new Set(['text', 'flag', 'integer', 'int64', 'decimal', 'duration', 'list']);
const isScalar = (option: Option) => scalarKinds.has(option.kind);

export const below = (path: string, name: string): string =>
  path === '' || name.startsWith('[') ? path + name : `${path}.${name}`;

function setOwn(target: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}

function saying(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'too_small') return `must not be below ${issue.minimum}`;
  if (issue.code === 'too_big') return `must not be above ${issue.maximum}`;
  return issue.message.replace(/\.$/, '');
}

function choiceOf(issue: z.core.$ZodIssue, node: ConfigNode): string | undefined {
  if (issue.code !== 'invalid_value') return undefined;
  const nearest = nearestName(node.value ?? '', issue.values.map(String));
  return nearest === undefined ? undefined : `Did you mean "${nearest}"?`;
}

/** Files as configurations. A file with a mistake keeps what it said last, and says what is wrong. */
import { readFileSync } from 'node:fs';
import { decodeTree } from '../../config/decode.ts';
import { parseDocument } from '../../config/document.ts';
import type { ConfigNode } from '../../config/node.ts';
import type { Problem, ProblemSource } from '../../model/problem.ts';
import {
  type DynamicConfiguration,
  dynamicConfiguration,
} from '../../routing/schema/dynamic-configuration.ts';
import { type ElementKind, elementKinds } from '../elements.ts';
import { type FileState, findFiles, type Place } from './configuration-files.ts';

export interface FileContent {
  readonly path: string;
  readonly configuration: DynamicConfiguration;
  /** Where an element stands. */
  origin(kind: ElementKind, name: string): ProblemSource;
}

export interface Reading {
  /** In the order of their paths. */
  readonly files: readonly FileContent[];
  readonly problems: readonly Problem[];
}

interface Known {
  readonly signature: string;
  readonly good: FileContent | undefined;
  readonly problems: readonly Problem[];
}

export class FileReader {
  readonly #place: Place;
  #known = new Map<string, Known>();

  constructor(place: Place) {
    this.#place = place;
  }

  /** Only what has changed is read again. */
  read(): Reading {
    const found = this.#find();
    if ('problem' in found) return this.#reading([found.problem]);
    this.#known = new Map(found.states.map((state) => [state.path, this.#readFile(state)]));
    return this.#reading([]);
  }

  #find(): { states: FileState[] } | { problem: Problem } {
    try {
      return { states: findFiles(this.#place) };
    } catch (error) {
      const file = this.#place.filename || this.#place.directory;
      return { problem: unreadable(file, error) };
    }
  }

  #readFile({ path, signature }: FileState): Known {
    const known = this.#known.get(path);
    if (known?.signature === signature) return known;
    try {
      const { value, problems } = decodeFile(path);
      return { signature, good: value ?? known?.good, problems };
    } catch (error) {
      return { signature, good: known?.good, problems: [unreadable(path, error)] };
    }
  }

  #reading(problems: Problem[]): Reading {
    const known = [...this.#known.values()];
    return {
      files: known.flatMap(({ good }) => good ?? []),
      problems: [...problems, ...known.flatMap((file) => file.problems)],
    };
  }
}

function decodeFile(path: string): { value: FileContent | undefined; problems: Problem[] } {
  const { document, problems } = parseDocument(readFileSync(path, 'utf8'), path);
  const decoded = decodeTree(dynamicConfiguration, document, { unknownRoot: 'warn' });
  const all = [...problems, ...decoded.problems].map((problem) => ({
    ...problem,
    source: { provider: 'file', ...problem.source },
  }));
  const isSound = !problems.some((problem) => problem.severity === 'error');
  const value = isSound && decoded.value ? fileContent(path, decoded.value, document) : undefined;
  return { value, problems: all };
}

export function fileContent(
  path: string,
  configuration: DynamicConfiguration,
  document: ConfigNode,
): FileContent {
  const places = placesIn(document);
  const origin = (kind: ElementKind, name: string): ProblemSource => ({
    provider: 'file',
    ...(places.get(kind)?.get(name) ?? { file: path }),
  });
  return { path, configuration, origin };
}

function placesIn(document: ConfigNode): Map<ElementKind, Map<string, ProblemSource>> {
  return new Map(
    elementKinds.map((kind) => {
      const elements = childOf(childOf(document, kind.section), kind.group)?.children ?? [];
      return [kind, new Map(elements.map(({ name, place }) => [name, place]))];
    }),
  );
}

function childOf(node: ConfigNode | undefined, name: string): ConfigNode | undefined {
  return node?.children.find((child) => child.name.toLowerCase() === name.toLowerCase());
}

function unreadable(file: string, error: unknown): Problem {
  return {
    code: 'file-unreadable',
    severity: 'error',
    source: { provider: 'file', file },
    text:
      file === ''
        ? 'No file and no folder is named.'
        : `${file} cannot be read: ${(error as Error).message}.`,
    remedy: 'Correct providers.file.filename or providers.file.directory, or make it readable.',
  };
}

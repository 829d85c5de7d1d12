/** What a file says, and what is wrong with it: static options, routing, or a Compose file. */
import { decodeTree } from '../../config/decode.ts';
import { parseDocument } from '../../config/document.ts';
import { childNamed, type ConfigNode } from '../../config/node.ts';
import type { Problem } from '../../model/problem.ts';
import type { Part } from '../../providers/docker/merge/part.ts';
import { type FileContent, fileContent } from '../../providers/file/file-reader.ts';
import { dynamicConfiguration } from '../../routing/schema/dynamic-configuration.ts';
import type { FoundFile } from '../static-options/find-file.ts';
import { loadStaticFile } from '../static-options/load.ts';
import { staticOptions } from '../static-options/static-configuration.ts';
import { readCompose } from './read-compose.ts';
import type { Environment } from './interpolate.ts';
import { type RuleOwner, ruleProblems } from './rule-problems.ts';

export type FileKind = 'static configuration' | 'routing configuration' | 'Compose file';

/** A file by itself, and what it brings to those that are checked with it. */
export interface ReadFile {
  readonly kind: FileKind;
  readonly problems: readonly Problem[];
  readonly content?: FileContent | undefined;
  readonly parts?: readonly Part[];
  /** Where in the file that is which the provider names otherwise. */
  readonly locate?: (problem: Problem) => Problem;
}

export function readFile(file: FoundFile, env: Environment): ReadFile {
  const { document, problems } = parseDocument(file.text, file.path);
  const kind = kindOf(document);
  if (problems.length > 0) return { kind, problems };
  switch (kind) {
    case 'static configuration':
      return { kind, problems: loadStaticFile(file).problems };
    case 'routing configuration':
      return { kind, ...readRouting(document, file.path) };
    case 'Compose file':
      return { kind, ...readCompose(document, env) };
  }
}

function readRouting(document: ConfigNode, path: string): Omit<ReadFile, 'kind'> {
  const { value, problems } = decodeTree(dynamicConfiguration, document, { unknownRoot: 'warn' });
  if (value === undefined) return { problems };
  const placeOf = ({ protocol, router }: RuleOwner) =>
    [protocol, 'routers', router, 'rule'].reduce((node, step) => childNamed(node, step) ?? node, document)
      .place;
  const rules = ruleProblems(value, { provider: 'file', placeOf });
  return { problems: [...problems, ...rules], content: fileContent(path, value, document) };
}

/** A file is what most of its sections belong to. */
function kindOf(document: ConfigNode): FileKind {
  if (childNamed(document, 'services')?.form === 'mapping') return 'Compose file';
  const names = document.children.map((child) => child.name.toLowerCase());
  const count = (known: readonly string[]) =>
    names.filter((name) => known.some((one) => one.toLowerCase() === name)).length;
  const routing = count(Object.keys(dynamicConfiguration.shape));
  return routing > count(Object.keys(staticOptions.shape)) ? 'routing configuration' : 'static configuration';
}

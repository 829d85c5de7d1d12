/** Says what is wrong with a file without starting anything: static options, routing, or a Compose file. */
import { decodeTree } from '../../config/decode.ts';
import { parseDocument } from '../../config/document.ts';
import { childNamed, type ConfigNode } from '../../config/node.ts';
import type { Problem } from '../../model/problem.ts';
import { dynamicConfiguration } from '../../routing/schema/dynamic-configuration.ts';
import type { FoundFile } from '../static-options/find-file.ts';
import { loadStaticFile } from '../static-options/load.ts';
import { staticOptions } from '../static-options/static-configuration.ts';
import { checkCompose } from './check-compose.ts';
import type { Environment } from './interpolate.ts';
import { type RuleOwner, ruleProblems } from './rule-problems.ts';

export type FileKind = 'static configuration' | 'routing configuration' | 'Compose file';

export interface CheckedFile {
  readonly kind: FileKind;
  readonly problems: readonly Problem[];
}

export function checkFile(file: FoundFile, env: Environment): CheckedFile {
  const { document, problems } = parseDocument(file.text, file.path);
  const kind = kindOf(document);
  if (problems.length > 0) return { kind, problems };
  switch (kind) {
    case 'static configuration':
      return { kind, problems: loadStaticFile(file).problems };
    case 'routing configuration':
      return { kind, problems: checkRouting(document) };
    case 'Compose file':
      return { kind, problems: checkCompose(document, env) };
  }
}

function checkRouting(document: ConfigNode): Problem[] {
  const { value, problems } = decodeTree(dynamicConfiguration, document, { unknownRoot: 'warn' });
  if (value === undefined) return problems;
  const placeOf = ({ protocol, router }: RuleOwner) =>
    [protocol, 'routers', router, 'rule'].reduce((node, step) => childNamed(node, step) ?? node, document)
      .place;
  return [...problems, ...ruleProblems(value, placeOf)];
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

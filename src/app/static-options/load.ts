/**
 * Where static options come from: a file, or else flags, or else variables; never a mixture, as in Traefik. With none
 * of them the program serves what `startedWithNothing` says.
 */
import { concluded, decodeTree } from '../../config/decode.ts';
import { documentOf, parseDocument } from '../../config/document.ts';
import { readFlags } from '../../config/flags.ts';
import { type KeyedValue, keyNode, keyTree } from '../../config/key-tree.ts';
import { childNamed, type ConfigNode } from '../../config/node.ts';
import { readVariables } from '../../config/variables.ts';
import type { Problem } from '../../model/problem.ts';
import { startedWithNothing, withEffectiveDefaults } from './effective-defaults.ts';
import { type FoundFile, findFile, type ReadFile } from './find-file.ts';
import { unfilledPlaceholders } from './placeholders.ts';
import { takeRetired } from './retired-options.ts';
import { type StaticConfiguration, staticOptions } from './static-configuration.ts';
import { type Objection, validate } from './validate.ts';

export interface StaticSources {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: ReadFile;
}

export interface Origin {
  readonly kind: 'file' | 'flags' | 'variables' | 'nothing';
  readonly file?: string;
}

export interface LoadedConfiguration {
  /** Undefined exactly when a problem is an error: then nothing may start. */
  readonly configuration: StaticConfiguration | undefined;
  readonly problems: Problem[];
  readonly origin: Origin;
}

export function loadStaticConfiguration({ args, env, readFile }: StaticSources): LoadedConfiguration {
  const flags = readFlags(staticOptions, args);
  const { FAIRLEAD_HANDED_OVER: _, ...settings } = env;
  const variables = readVariables(staticOptions, settings, ['FAIRLEAD_', 'TRAEFIK_']);
  const asked = namedFile(flags.values) ?? namedFile(variables.values);
  const found = findFile(asked, env, readFile);
  if (found.problems.length > 0)
    return refused(found.problems, { kind: 'file', ...(asked && { file: asked }) });
  if (found.file) return fromFile(found.file, [...flags.values, ...variables.values]);
  if (args.length > 0) {
    const ignored = ignoredProblems(variables.values, 'flags give the configuration', 'Write it as a flag.');
    return fromKeys({ ...flags, problems: [...flags.problems, ...ignored] }, { kind: 'flags' });
  }
  if (variables.values.length > 0) return fromKeys(variables, { kind: 'variables' });
  return finished(documentOf(startedWithNothing, {}), variables.problems, { kind: 'nothing' });
}

/** A static file alone, as `check` reads it. */
export function loadStaticFile(file: FoundFile): LoadedConfiguration {
  return fromFile(file, []);
}

const namedFile = (values: readonly KeyedValue[]): string | undefined =>
  values.find(({ key }) => key.toLowerCase() === 'configfile')?.value;

function fromFile({ path, text }: FoundFile, others: readonly KeyedValue[]): LoadedConfiguration {
  const { document, problems } = parseDocument(text, path);
  const origin: Origin = { kind: 'file', file: path };
  if (problems.length > 0) return refused(problems, origin);
  const roots = new Set(Object.keys(staticOptions.shape).map((name) => name.toLowerCase()));
  if (!document.children.some(({ name }) => roots.has(name.toLowerCase())))
    return refused([noKnownSection(path)], origin);
  const ignored = ignoredProblems(
    others,
    `the file ${path} gives the configuration`,
    'Write it into the file.',
  );
  return finished(document, [...ignored, ...unfilledPlaceholders(document)], origin);
}

function fromKeys(read: { values: KeyedValue[]; problems: Problem[] }, origin: Origin): LoadedConfiguration {
  const { tree, problems } = keyTree(read.values, keyNode('', {}));
  return finished(tree, [...read.problems, ...problems], origin);
}

function finished(tree: ConfigNode, before: readonly Problem[], origin: Origin): LoadedConfiguration {
  const isFile = origin.kind === 'file';
  const problems = [...before, ...takeRetired(tree, !isFile)];
  const decoded = decodeTree(staticOptions, tree, { unknownRoot: isFile ? 'warn' : 'refuse' });
  problems.push(...decoded.problems);
  const written = decoded.value;
  if (written) problems.push(...validate(written).map((objection) => placed(objection, tree)));
  const { value } = concluded(written, problems);
  return { configuration: value && withEffectiveDefaults(value), problems, origin };
}

/** Where the option was written, or the nearest thing around it that was. */
function placed({ path, ...objection }: Objection, tree: ConfigNode): Problem {
  const node = path.reduce((at, name) => childNamed(at, name) ?? at, tree);
  return { code: 'wrong-value', source: node.place, ...objection };
}

const refused = (problems: Problem[], origin: Origin): LoadedConfiguration => ({
  configuration: undefined,
  problems,
  origin,
});

const noKnownSection = (file: string): Problem => ({
  code: 'no-known-section',
  severity: 'error',
  source: { file },
  text: `The configuration file ${file} holds no section that is known.`,
  remedy: 'Begin with entryPoints and providers.',
});

/** Traefik says nothing of it, and people wonder for hours. */
function ignoredProblems(values: readonly KeyedValue[], because: string, remedy: string): Problem[] {
  return values
    .filter(({ key }) => key.toLowerCase() !== 'configfile')
    .map(({ place }) => ({
      code: 'ignored-option',
      severity: 'warning',
      source: place,
      text: `${place.flag ?? place.variable} has no effect, because ${because}.`,
      remedy,
    }));
}

/** Says what is wrong with files without starting anything, each by itself and all together. */
import type { Problem } from '../../model/problem.ts';
import type { FoundFile } from '../static-options/find-file.ts';
import type { Environment } from './interpolate.ts';
import { type FileKind, type ReadFile, readFile } from './read-file.ts';
import { referenceProblems } from './references.ts';

export interface CheckedFile {
  readonly path: string;
  readonly kind: FileKind;
  readonly problems: readonly Problem[];
}

export async function checkFiles(files: readonly FoundFile[], env: Environment): Promise<CheckedFile[]> {
  const read = files.map((file) => ({ path: file.path, ...readFile(file, env) }));
  const references = await referenceProblems({
    files: read.flatMap(({ content }) => content ?? []),
    parts: read.flatMap(({ parts = [] }) => parts),
  });
  return read.map((file) => ({
    path: file.path,
    kind: file.kind,
    problems: [...file.problems, ...referencesIn(file, references)],
  }));
}

const aboutRule = /error while parsing rule|invalid rule/;

/** A rule that cannot be read has been told by its own line. */
function referencesIn(
  { path, problems, locate }: ReadFile & { path: string },
  all: readonly Problem[],
): Problem[] {
  const told = new Set(
    problems.filter(({ code }) => code === 'rule-wrong').map(({ source }) => source.element),
  );
  return all
    .map((problem) => locate?.(problem) ?? problem)
    .filter(
      ({ source, text }) => source.file === path && !(told.has(source.element) && aboutRule.test(text)),
    );
}

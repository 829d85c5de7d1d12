import type { Problem, ProblemSource } from '../model/problem.ts';
import { type ConfigNode, mappingNode } from './node.ts';

export interface ParsedDocument {
  /** Without children when the text could not be read. */
  readonly document: ConfigNode;
  readonly problems: Problem[];
}

export const unreadable = (problems: Problem[], place: ProblemSource): ParsedDocument => ({
  document: mappingNode('', place),
  problems,
});

export const syntaxProblem = (source: ProblemSource, message: string): Problem => ({
  code: 'malformed-document',
  severity: 'error',
  source,
  text: `${source.file} cannot be read: ${message.replace(/\.$/, '')}.`,
});

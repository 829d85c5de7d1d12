/**
 * Several files as one snapshot. What two files define, the first one in the order of their names
 * defines.
 */
import type { Problem, ProblemSource } from '../../model/problem.ts';
import { emptyConfiguration } from '../../routing/schema/dynamic-configuration.ts';
import { type ElementKind, elementKinds, elementName, elementsOf } from '../elements.ts';
import type { Snapshot } from '../provider.ts';
import type { FileContent, Reading } from './file-reader.ts';

const provider = 'file';

export function mergeFiles({ files, problems }: Reading): Snapshot {
  const configuration = emptyConfiguration();
  const repeated: Problem[] = [];
  for (const file of files) {
    configuration.tls.certificates.push(...file.configuration.tls.certificates);
    for (const kind of elementKinds) {
      const target = elementsOf(configuration, kind);
      for (const [name, element] of Object.entries(elementsOf(file.configuration, kind))) {
        if (Object.hasOwn(target, name)) repeated.push(definedTwice({ kind, name, file, files }));
        else target[name] = element;
      }
    }
  }
  const origins = { get: (element: string) => originOf(element, files) };
  return { provider, configuration, problems: [...problems, ...repeated], origins };
}

/** Looked up when somebody asks: hardly anybody does, and there may be very many elements. */
function originOf(element: string, files: readonly FileContent[]): ProblemSource | undefined {
  const kind = elementKinds.find(({ word }) => element.startsWith(`${word} `));
  if (!kind || !element.endsWith(`@${provider}`)) return undefined;
  const name = element.slice(kind.word.length + 1, -provider.length - 1);
  return files.find((file) => Object.hasOwn(elementsOf(file.configuration, kind), name))?.origin(kind, name);
}

interface Repetition {
  readonly kind: ElementKind;
  readonly name: string;
  readonly file: FileContent;
  /** The first that defines it wins. */
  readonly files: readonly FileContent[];
}

function definedTwice({ kind, name, file, files }: Repetition): Problem {
  const element = elementName(kind, name, provider);
  const first = originOf(element, files);
  const place = [first?.file, first?.line].filter((part) => part !== undefined).join(':');
  return {
    code: 'defined-twice',
    severity: 'error',
    source: { ...file.origin(kind, name), element },
    text: `The ${kind.word} "${name}" is already defined in ${place}; that definition stays.`,
    remedy: 'Remove one of the two, or give it another name.',
  };
}

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
  const origins = new Map<string, ProblemSource>();
  const repeated: Problem[] = [];
  for (const file of files) {
    configuration.tls.certificates.push(...file.configuration.tls.certificates);
    for (const kind of elementKinds) {
      const target = elementsOf(configuration, kind);
      for (const [name, element] of Object.entries(elementsOf(file.configuration, kind))) {
        const label = elementName(kind, name, provider);
        const first = origins.get(label);
        if (first) {
          repeated.push(definedTwice({ kind, name, file, first }));
          continue;
        }
        target[name] = element;
        origins.set(label, file.origin(kind, name));
      }
    }
  }
  return { provider, configuration, problems: [...problems, ...repeated], origins };
}

interface Repetition {
  readonly kind: ElementKind;
  readonly name: string;
  readonly file: FileContent;
  readonly first: ProblemSource;
}

function definedTwice({ kind, name, file, first }: Repetition): Problem {
  const place = [first.file, first.line].filter((part) => part !== undefined).join(':');
  return {
    code: 'defined-twice',
    severity: 'error',
    source: { ...file.origin(kind, name), element: elementName(kind, name, provider) },
    text: `The ${kind.word} "${name}" is already defined in ${place}; that definition stays.`,
    remedy: 'Remove one of the two, or give it another name.',
  };
}

import { z } from 'zod';
import { catalogue, elementKinds, protocols } from './catalogue.ts';
import { detail } from './detail.ts';
import { defineOperation, OperationError } from './operation.ts';

export const getElement = defineOperation({
  name: 'get-element',
  summary: 'One router, service or middleware by its qualified name.',
  input: z.object({ protocol: z.enum(protocols), kind: z.enum(elementKinds), name: z.string() }),
  run: ({ protocol, kind, name }, { runtime }) => {
    const running = runtime();
    const entry = running && catalogue(running, protocol, kind).find((each) => each.name === name);
    if (!entry) throw new OperationError('not-found', `${kind.slice(0, -1)} not found: ${name}`);
    return detail(kind, entry);
  },
});

import { z } from 'zod';
import { catalogue, elementKinds, protocols } from './catalogue.ts';
import { detail } from './detail.ts';
import { listPage, listQuery } from './listing.ts';
import { defineOperation } from './operation.ts';

export const listElements = defineOperation({
  name: 'list-elements',
  summary: 'Routers, services or middlewares of a protocol: searched, filtered, sorted, page by page.',
  input: listQuery.extend({ protocol: z.enum(protocols), kind: z.enum(elementKinds) }),
  run: ({ protocol, kind, ...query }, { runtime }) => {
    const running = runtime();
    const entries = running ? catalogue(running, protocol, kind).map((entry) => detail(kind, entry)) : [];
    return listPage(entries, query, kind === 'routers' ? ['name', 'rule'] : ['name']);
  },
});

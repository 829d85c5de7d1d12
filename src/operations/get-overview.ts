import { z } from 'zod';
import { catalogue, elementKinds, protocols } from './catalogue.ts';
import { defineOperation } from './operation.ts';

export const getOverview = defineOperation({
  name: 'get-overview',
  summary: 'How many routers, services and middlewares there are and how they fare; providers and features.',
  input: z.object({}),
  run: (_, { runtime, features, providers }) => {
    const running = runtime();
    const counts = protocols.map((protocol) => {
      const kinds = protocol === 'udp' ? elementKinds.filter((kind) => kind !== 'middlewares') : elementKinds;
      const sections = kinds.map((kind) => [kind, count(running ? catalogue(running, protocol, kind) : [])]);
      return [protocol, Object.fromEntries(sections)];
    });
    return { ...Object.fromEntries(counts), features, providers };
  },
});

function count(entries: readonly { readonly status: string }[]) {
  const having = (status: string) => entries.filter((entry) => entry.status === status).length;
  return { total: entries.length, warnings: having('warning'), errors: having('disabled') };
}

import { z } from 'zod';
import { catalogue, type ElementKind, type Protocol } from './catalogue.ts';
import { defineOperation } from './operation.ts';
import type { View } from './views/view.ts';

const SECTIONS: readonly (readonly [key: string, protocol: Protocol, kind: ElementKind])[] = [
  ['routers', 'http', 'routers'],
  ['middlewares', 'http', 'middlewares'],
  ['services', 'http', 'services'],
  ['tcpRouters', 'tcp', 'routers'],
  ['tcpMiddlewares', 'tcp', 'middlewares'],
  ['tcpServices', 'tcp', 'services'],
  ['udpRouters', 'udp', 'routers'],
  ['udpServices', 'udp', 'services'],
];

export const getRawData = defineOperation({
  name: 'get-raw-data',
  summary: 'Everything that runs, in one answer.',
  input: z.object({}),
  run: (_, { runtime }) => {
    const running = runtime();
    const data: Record<string, Record<string, View>> = {};
    if (!running) return data;
    for (const [key, protocol, kind] of SECTIONS) {
      const entries = catalogue(running, protocol, kind);
      if (entries.length > 0) data[key] = Object.fromEntries(entries.map(({ name, view }) => [name, view()]));
    }
    return data;
  },
});

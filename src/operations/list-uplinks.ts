import { z } from 'zod';
import { present } from '../config/present.ts';
import type { RuntimeUplink } from '../routing/control/runtime-configuration.ts';
import { uplink } from '../routing/schema/uplink.ts';
import { defineOperation, OperationError } from './operation.ts';

export const listUplinks = defineOperation({
  name: 'list-uplinks',
  summary: 'What this node offers to its parents on one uplink entry point.',
  input: z.object({ entryPoint: z.string() }),
  isWatchable: true,
  run: ({ entryPoint }, { runtime, isDiscovering }) => {
    const running = runtime();
    // A list that lacks something would tell parents to forget it.
    if (!running || isDiscovering())
      throw new OperationError('not-ready', 'still discovering: ask again in a moment');
    return running.uplinks.filter(({ entryPoints }) => entryPoints.includes(entryPoint)).map(offered);
  },
});

function offered({ exposedName, entryPoints, options, rules, servers }: RuntimeUplink) {
  const { healthCheck, passiveHealthCheck } = present(uplink, options as never) as Record<string, object>;
  return {
    name: exposedName,
    entryPoints,
    weight: options.weight,
    ...(healthCheck && { healthCheck }),
    ...(passiveHealthCheck && { passiveHealthCheck }),
    state: servers > 0 ? 'ready' : 'down',
    servers: { up: servers, total: servers },
    rules,
  };
}

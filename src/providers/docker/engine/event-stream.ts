/** The engine's event stream: one JSON object per line, for as long as the connection lasts. */
import { z } from 'zod';

export interface EngineEvent {
  readonly action: string;
  /** The container the event is about, also when a network was connected to it. */
  readonly container: string;
}

/** The events that can change a route. */
export const eventFilters = {
  type: ['container', 'network'],
  event: [
    'create',
    'start',
    'die',
    'kill',
    'stop',
    'pause',
    'unpause',
    'health_status',
    'rename',
    'destroy',
    'update',
    'connect',
    'disconnect',
  ],
};

const lineMax = 1024 * 1024;

const message = z.object({
  Type: z.string(),
  Action: z.string(),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()).nullish() }),
});

/** Throws when the engine sends what is no event: the caller then connects anew. */
export async function* readEvents(stream: AsyncIterable<Buffer>): AsyncGenerator<EngineEvent[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > lineMax) throw new Error('the engine sent an event longer than 1 MiB');
    yield lines.filter((line) => line.trim() !== '').map(readEvent);
  }
}

function readEvent(line: string): EngineEvent {
  const { Type, Action, Actor } = message.parse(JSON.parse(line));
  const container = Type === 'network' ? (Actor.Attributes?.['container'] ?? '') : Actor.ID;
  return { action: Action, container };
}

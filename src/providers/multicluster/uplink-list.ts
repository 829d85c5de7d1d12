/**
 * Reads the list that a child answers to `GET /api/uplinks`. Unknown keys are ignored, known ones are
 * checked.
 */
import { z } from 'zod';
import { decodeTree } from '../../config/decode.ts';
import { documentOf } from '../../config/plain-document.ts';
import {
  type HealthCheck,
  healthCheck,
  type PassiveHealthCheck,
  passiveHealthCheck,
} from '../../routing/schema/health-check.ts';

export interface AdvertisedUplink {
  readonly name: string;
  readonly weight: number;
  /** `draining` and `down` ask for new requests to go to another child, if there is one. */
  readonly state: UplinkState;
  /** How parents are to look after it. */
  readonly healthCheck?: HealthCheck | undefined;
  readonly passiveHealthCheck?: PassiveHealthCheck | undefined;
}

export type UplinkState = 'ready' | 'draining' | 'down';

/** An option as it would stand in a file here, of which a newer child may know more. */
const asOption = <T extends z.ZodType>(schema: T) =>
  z
    .unknown()
    .transform((written, context): z.output<T> => {
      const { value, problems } = decodeTree(schema, documentOf(written, {}), { unknownRoot: 'warn' });
      if (value !== undefined) return value;
      context.addIssue(problems.find(({ severity }) => severity === 'error')?.text ?? 'cannot be read');
      return z.NEVER;
    })
    .optional();

const uplink = z.object({
  name: z.string(),
  weight: z.int().min(0).default(1),
  // A state that only a newer child knows is no reason to send it nothing.
  state: z.enum(['ready', 'draining', 'down']).catch('ready'),
  healthCheck: asOption(healthCheck),
  passiveHealthCheck: asOption(passiveHealthCheck),
});

const uplinks = z.array(uplink);

/** The uplinks, or what is wrong with the answer in one clause. */
export function readUplinkList(text: string): AdvertisedUplink[] | string {
  const document = parseJson(text);
  if (document === undefined) return 'is not JSON, or was cut off';
  const result = uplinks.safeParse(document);
  if (!result.success) return firstMistake(result.error);
  const twice = repeatedName(result.data);
  return twice === undefined ? result.data : `names the uplink "${twice}" twice`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function firstMistake(error: z.ZodError): string {
  const [issue] = error.issues;
  const place = issue?.path.length ? ` at ${issue.path.join('.')}` : '';
  return `is not a list of uplinks${place}: ${issue?.message}`;
}

function repeatedName(list: readonly AdvertisedUplink[]): string | undefined {
  const seen = new Set<string>();
  return list.find(({ name }) => seen.size === seen.add(name).size)?.name;
}

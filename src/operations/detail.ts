import type { CatalogueEntry, ElementKind } from './catalogue.ts';
import type { ListEntry } from './listing.ts';

/** Kinds in the order in which one is looked for. */
const SERVICE_TYPES = ['loadBalancer', 'weighted', 'mirroring', 'failover', 'highestRandomWeight'];
const NOT_A_TYPE = new Set(['error', 'status', 'usedBy']);

/** An element with its name, as lists and single answers show it. */
export function detail(kind: ElementKind, { name, provider, view }: CatalogueEntry): ListEntry {
  const shown = view();
  if (kind === 'routers')
    return { ...withTlsOptions(shown), name, provider, ...priorityText(shown.priority) };
  const type = kind === 'services' ? serviceType(shown) : middlewareType(shown);
  return { ...shown, name, provider, ...(type !== undefined && { type: type.toLowerCase() }) };
}

/** 64 bits are more than readers of JSON can be trusted with. */
function priorityText(priority: unknown): object {
  return priority === undefined ? {} : { priorityStr: String(priority) };
}

function withTlsOptions(shown: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const tls = shown.tls as { readonly options?: string } | undefined;
  return tls && !tls.options ? { ...shown, tls: { ...tls, options: 'default' } } : shown;
}

function serviceType(shown: Readonly<Record<string, unknown>>): string | undefined {
  return SERVICE_TYPES.find((type) => type in shown);
}

function middlewareType(shown: Readonly<Record<string, unknown>>): string | undefined {
  return Object.keys(shown).find((key) => !NOT_A_TYPE.has(key));
}

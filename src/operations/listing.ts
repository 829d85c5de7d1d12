import { z } from 'zod';
import { OperationError } from './operation.ts';

/** What one may ask of a list: filters, an order and a page. */
export const listQuery = z.object({
  search: z.string().default(''),
  status: z.string().default(''),
  serviceName: z.string().default(''),
  middlewareName: z.string().default(''),
  sortBy: z.string().default('name'),
  direction: z.string().default('asc'),
  page: z.coerce.number().default(1),
  per_page: z.coerce.number().default(100),
});

export type ListQuery = z.output<typeof listQuery>;

/** A list entry as it is shown; what is absent sorts first. */
export type ListEntry = Readonly<Record<string, unknown>> & { readonly name: string };

export interface Page {
  readonly entries: readonly ListEntry[];
  /** 1 when this is the last page. */
  readonly nextPage: number;
}

/** `searched` names the fields in which `search` is looked up. */
export function listPage(entries: readonly ListEntry[], query: ListQuery, searched: readonly string[]): Page {
  const kept = entries.filter((entry) => matches(entry, query, searched));
  return paged(sorted(kept, query), query);
}

function matches(entry: ListEntry, query: ListQuery, searched: readonly string[]): boolean {
  if (query.status !== '' && String(entry.status) !== query.status.toLowerCase()) return false;
  if (query.serviceName !== '' && !names(entry.service, query.serviceName)) return false;
  if (query.middlewareName !== '' && !hasMiddleware(entry, query.middlewareName)) return false;
  const text = query.search.toLowerCase();
  return (
    text === '' ||
    searched.some((field) =>
      String(entry[field] ?? '')
        .toLowerCase()
        .includes(text),
    )
  );
}

/** `app` and `app@docker` are the same wish: the provider may be left out. */
function names(value: unknown, wanted: string): boolean {
  return value === wanted || String(value) === wanted.split('@')[0];
}

function hasMiddleware(entry: ListEntry, wanted: string): boolean {
  return Array.isArray(entry.middlewares) && entry.middlewares.some((name) => names(name, wanted));
}

function sorted(entries: readonly ListEntry[], { sortBy, direction }: ListQuery): ListEntry[] {
  const sign = direction === 'desc' ? -1 : 1;
  return entries.toSorted((a, b) => {
    const first = compare(sortKey(a, sortBy), sortKey(b, sortBy));
    return sign * (first || compare(a.name, b.name));
  });
}

function sortKey(entry: ListEntry, field: string): bigint | string | number {
  if (field === 'servers') return serverCount(entry);
  const value = entry[field] ?? '';
  return typeof value === 'bigint' || typeof value === 'number' ? value : String(value);
}

function serverCount(entry: ListEntry): number {
  const balancer = entry.loadBalancer as { servers?: readonly unknown[] } | undefined;
  return balancer?.servers?.length ?? 0;
}

function compare(a: bigint | string | number, b: bigint | string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function paged(entries: readonly ListEntry[], { page, per_page: perPage }: ListQuery): Page {
  const start = (page - 1) * perPage;
  const valid = page >= 1 && perPage >= 1 && Number.isInteger(page) && Number.isInteger(perPage);
  if (!valid || (start > 0 && start >= entries.length)) {
    throw new OperationError('invalid', `invalid request: page: ${page}, per_page: ${perPage}`);
  }
  const end = start + perPage;
  return { entries: entries.slice(start, end), nextPage: end < entries.length ? page + 1 : 1 };
}

import type { Status } from '../../routing/control/runtime-configuration.ts';

/** A router, service or middleware as the API shows it, without its name. */
export type View = Readonly<Record<string, unknown>>;

export function judgement(status: Status, errors: readonly string[]): View {
  return errors.length > 0 ? { error: errors, status } : { status };
}

export function usage(usedBy: readonly string[]): View {
  return usedBy.length > 0 ? { usedBy } : {};
}

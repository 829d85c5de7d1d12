import { documentOf } from '../../config/document.ts';
import { decodeTree } from '../../config/decode.ts';
import { type EntryPointOptions, entryPointOptions } from '../../entry-points/options.ts';
import { type MulticlusterOptions, multiclusterOptions } from '../../providers/multicluster/options.ts';
import type { StaticConfiguration } from './static-configuration.ts';

/** With no option at all: serve containers that ask for it on port 80, and the API to this machine only. */
export const startedWithNothing = {
  entryPoints: { web: { address: ':80' }, traefik: { address: '127.0.0.1:8080' } },
  providers: { docker: { exposedByDefault: false } },
  api: { insecure: true },
  log: { level: 'INFO' },
};

/** Adds what follows from what was written: the entry point for HTTP, and the one for the API. */
export function withEffectiveDefaults(written: StaticConfiguration): StaticConfiguration {
  const entryPoints: Record<string, EntryPointOptions> = { ...written.entryPoints };
  if (Object.keys(entryPoints).length === 0) entryPoints.http = entryPointAt(':80');
  if (needsInternalEntryPoint(written)) entryPoints.traefik ??= entryPointAt(':8080');
  return { ...written, entryPoints, hub: withChildren(written.hub), ...withAttributes(written) };
}

function needsInternalEntryPoint({ api, ping, metrics, providers }: StaticConfiguration): boolean {
  const answers = [ping, metrics?.prometheus].some(
    (answer) => answer?.entryPoint === 'traefik' && !answer.manualRouting,
  );
  return Boolean(api?.insecure || answers || providers.rest?.insecure);
}

function entryPointAt(address: string): EntryPointOptions {
  const { value } = decodeTree(entryPointOptions, documentOf({ address }, {}));
  return value as EntryPointOptions;
}

/** Whoever pairs may become a parent while it runs. */
function withChildren(hub: StaticConfiguration['hub']): StaticConfiguration['hub'] {
  if (hub.pairing === undefined || hub.providers.multicluster !== undefined) return hub;
  const { value } = decodeTree(multiclusterOptions, documentOf({}, {}));
  return { ...hub, providers: { ...hub.providers, multicluster: value as MulticlusterOptions } };
}

/** `tracing.globalAttributes` is the former name. */
function withAttributes({ tracing }: StaticConfiguration): Pick<StaticConfiguration, 'tracing'> {
  if (!tracing || Object.keys(tracing.resourceAttributes).length > 0) return { tracing };
  return { tracing: { ...tracing, resourceAttributes: tracing.globalAttributes } };
}

/** Beside each router that is offered a second one, on the uplink entry points only. */
import type { HttpSection } from '../../../routing/schema/http-section.ts';
import type { HttpRouter } from '../../../routing/schema/router.ts';
import { nearestName } from '../../../support/nearest-name.ts';
import { automaticRouter } from '../complete/automatic.ts';
import type { Notes } from '../notes.ts';
import type { Offer } from './hub-labels.ts';

export interface OfferContext {
  readonly offer: Offer;
  /** Routers that the labels name, as opposed to the automatic one. */
  readonly declared: readonly string[];
  /** Name of the automatic router. */
  readonly name: string;
  /** False: nothing but the offered routers goes live. */
  readonly local: boolean;
  readonly notes: Notes;
}

/** Undefined, with problems noted, when nothing of the container can go live. */
export function withUplinks(http: HttpSection, context: OfferContext): HttpSection | undefined {
  const { offer, declared, local, notes } = context;
  const unknown = Object.keys(offer.routers).filter((router) => !declared.includes(router));
  for (const router of unknown) noteUnknownRouter(router, declared, notes);
  const offered = declared.length > 0 ? offerDeclared(http, context) : offerWhole(http, context);
  const taken = Object.keys(offered).filter((name) => {
    const there = http.routers[name];
    return there && !isUplinkRouter(there);
  });
  for (const router of taken) noteTakenName(router, notes);
  if (unknown.length > 0 || taken.length > 0) return undefined;
  const routers = { ...(local ? http.routers : {}), ...offered };
  return { ...http, routers, uplinks: { ...http.uplinks, ...offer.uplinks } };
}

type Routers = Record<string, HttpRouter>;

function offerDeclared(http: HttpSection, { offer, declared }: OfferContext): Routers {
  const offered: Routers = {};
  for (const name of declared) {
    const router = http.routers[name];
    const uplinks = unique([...offer.everywhere, ...(offer.routers[name] ?? [])]);
    if (!router || uplinks.length === 0) continue;
    // A router in Hub's own form is on the uplink entry points already.
    if (isUplinkRouter(router))
      offered[name] = { ...router, uplinks: unique([...router.uplinks, ...uplinks]) };
    else offered[`${name}-uplink`] = uplinkRouter(router, uplinks);
  }
  return offered;
}

/** A container without routers of its own is offered as a whole, whatever host is asked for. */
function offerWhole(http: HttpSection, { offer, name, notes }: OfferContext): Routers {
  const [service, ...others] = Object.keys(http.services);
  if (service !== undefined && others.length === 0) {
    const router = { ...automaticRouter, rule: 'PathPrefix(`/`)', service };
    return { [`${name}-uplink`]: uplinkRouter(router, offer.everywhere) };
  }
  notes.error({
    code: 'service-ambiguous',
    place: { label: 'hub.uplinks' },
    text: 'The container has several services and no router that says which one is offered.',
    remedy: 'Declare a router with a rule and a service for each of them.',
  });
  return {};
}

function uplinkRouter(router: HttpRouter, uplinks: readonly string[]): HttpRouter {
  const { rule, ruleSyntax, priority, middlewares, service, defaultRule } = router;
  const served = { rule, ruleSyntax, priority, middlewares, service, defaultRule };
  return { ...automaticRouter, ...served, uplinks: [...uplinks] };
}

const isUplinkRouter = (router: HttpRouter) => router.uplinks.length > 0;

const unique = (names: readonly string[]) => [...new Set(names)];

function noteUnknownRouter(router: string, declared: readonly string[], notes: Notes): void {
  const nearest = nearestName(router, declared);
  notes.error({
    code: 'router-unknown',
    place: { label: `hub.routers.${router}.uplinks` },
    text: `The label offers the router "${router}", which the container does not declare.`,
    remedy: nearest
      ? `Did you mean "${nearest}"?`
      : 'Declare it with traefik.http.routers.…, or offer the container with hub.uplinks.',
  });
}

function noteTakenName(router: string, notes: Notes): void {
  notes.error({
    code: 'router-name-taken',
    place: { element: `router ${router}@docker` },
    text: `The router "${router}" stands where the router for parents would be added.`,
    remedy: 'Give it a name that does not end in -uplink.',
  });
}

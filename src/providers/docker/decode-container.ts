/** One container: from labels to the routers, services and servers that it adds. */
import { decodeLabels } from '../../config/labels.ts';
import type { Problem } from '../../model/problem.ts';
import {
  type DynamicConfiguration,
  emptyConfiguration,
  type LabelConfiguration,
  labelConfiguration,
} from '../../routing/schema/dynamic-configuration.ts';
import type { Neighbourhood } from './address/container-address.ts';
import { type Admission, type AdmissionRules, admit } from './admission.ts';
import { type CompletionContext, completeHttp } from './complete/complete-http.ts';
import { completeTcp, completeUdp, isUsed } from './complete/complete-streams.ts';
import type { Container } from './container.ts';
import { serviceNameOf } from './container-name.ts';
import type { DefaultRule } from './default-rule.ts';
import { lintLabels, lintNotEnabled, lintRules } from './lint.ts';
import { lintValues } from './lint-values.ts';
import { Notes } from './notes.ts';
import { decodeSwitches, type Switches } from './switches.ts';
import { withUplinks } from './uplinks/add-uplinks.ts';
import { decodeOffer, type Offer } from './uplinks/hub-labels.ts';

export interface DecodeContext {
  readonly rules: AdmissionRules;
  readonly defaultRule: DefaultRule;
  readonly useBindPortIP: boolean;
  readonly neighbourhood: Neighbourhood;
}

export interface DecodedContainer {
  readonly container: Container;
  /** Undefined when it does not count, or when something is wrong with it. */
  readonly configuration: DynamicConfiguration | undefined;
  readonly problems: readonly Problem[];
}

const prefixes = ['traefik.http', 'traefik.tcp', 'traefik.udp', 'traefik.tls.stores.default'];

export function decodeContainer(container: Container, context: DecodeContext): DecodedContainer {
  const notes = new Notes(container);
  const configuration = configurationOf(container, context, notes);
  return { container, configuration, problems: mildUnlessMeant(container, notes.problems) };
}

function configurationOf(
  container: Container,
  context: DecodeContext,
  notes: Notes,
): DynamicConfiguration | undefined {
  const { switches, sound, problems: wrongSwitches } = decodeSwitches(container);
  notes.take(wrongSwitches);
  lintLabels(container, notes);
  const { offer, sound: offerSound } = decodeOffer(container, notes);
  if (switches.enable === undefined && !context.rules.exposedByDefault) lintNotEnabled(container, notes);
  const admission = admit(container, switches, offer !== undefined || !offerSound, context.rules);
  if (!admission) return undefined;
  const { value: labels, problems } = decodeLabels(labelConfiguration, container.labels, {
    root: 'traefik',
    prefixes,
    source: notes.source,
  });
  notes.take(problems);
  if (!labels) return undefined;
  const configuration = complete({ labels, offer, admission, switches, container, context, notes });
  // Only now, so that one mistake does not hide the others.
  return sound && offerSound ? configuration : undefined;
}

interface Draft {
  readonly labels: LabelConfiguration;
  readonly offer: Offer | undefined;
  readonly admission: Admission;
  readonly switches: Switches;
  readonly container: Container;
  readonly context: DecodeContext;
  readonly notes: Notes;
}

function complete(draft: Draft): DynamicConfiguration | undefined {
  const { labels, admission, switches, context, container, notes } = draft;
  const completion: CompletionContext = {
    ...context,
    container,
    notes,
    name: serviceNameOf(container),
    serving: admission.serving,
    network: switches.network ?? context.neighbourhood.network,
  };
  lintRules(labels.http.routers, notes);
  lintValues(container, notes);
  const tcp = completeTcp(labels.tcp, completion);
  const udp = completeUdp(labels.udp, completion);
  const http = completeOffered(draft, completion);
  if (!http || !tcp || !udp) return undefined;
  const streams = admission.local ? { tcp, udp } : {};
  return { ...emptyConfiguration(), ...streams, http, tls: { ...emptyConfiguration().tls, ...labels.tls } };
}

function completeOffered({ labels, offer, admission }: Draft, completion: CompletionContext) {
  if (!wantsHttp(labels) && !offer) return emptyConfiguration().http;
  const http = completeHttp(labels.http, completion);
  if (!http || !offer) return http;
  const { name, notes } = completion;
  const declared = Object.keys(labels.http.routers);
  return withUplinks(http, { offer, declared, name, local: admission.local, notes });
}

/** A container that speaks of TCP or UDP only gets no automatic HTTP router. */
function wantsHttp({ http, tcp, udp }: LabelConfiguration): boolean {
  return isUsed(http) || Object.keys(http.middlewares).length > 0 || !(isUsed(tcp) || isUsed(udp));
}

const guesses = ['port-ambiguous', 'network-ambiguous'];

/** With `exposedByDefault` everything on the host is looked at: what nobody labelled is nobody's mistake. */
function mildUnlessMeant({ labels }: Container, problems: readonly Problem[]): readonly Problem[] {
  if (Object.keys(labels).some((label) => /^(traefik|hub)\./i.test(label))) return problems;
  const telling = problems.filter((problem) => !guesses.includes(problem.code));
  return telling.map((problem) => ({ ...problem, severity: 'warning' }));
}

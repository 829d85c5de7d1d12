/** Labels that are valid, or nobody's business, and still hardly what was meant. They change nothing. */
import { nearestName } from '../../support/nearest-name.ts';
import type { Container } from './container.ts';
import type { Notes } from './notes.ts';

const sections = ['http', 'tcp', 'udp', 'tls', 'enable', 'docker', 'swarm'];

/** Options of Traefik 1 by the piece after `traefik.`, with what stands for them today. */
const firstVersion: Readonly<Record<string, string>> = {
  port: 'traefik.http.services.NAME.loadbalancer.server.port',
  protocol: 'traefik.http.services.NAME.loadbalancer.server.scheme',
  weight: 'traefik.http.services.NAME.loadbalancer.server.weight',
  frontend: 'traefik.http.routers.NAME.rule, .entrypoints and .middlewares',
  backend: 'traefik.http.services.NAME.loadbalancer…',
  basic: 'traefik.http.routers.NAME.rule',
  domain: 'traefik.http.routers.NAME.rule',
  tags: 'providers.docker.constraints with Label() expressions',
};

export function lintLabels(container: Container, notes: Notes): void {
  for (const label of Object.keys(container.labels)) {
    const [root = '', section = ''] = label.toLowerCase().split('.');
    if (root === 'traefik') lintSection(label, section, notes);
    else if (root === 'hub') lintHub(label, section, notes);
    else if (sections.includes(section) && nearestName(root, ['traefik'])) noteRoot(label, notes);
  }
}

function lintSection(label: string, section: string, notes: Notes): void {
  // What begins like a section that is read is judged by the decoder.
  if (sections.includes(section) || /^(http|tcp|udp|enable)/.test(section)) return;
  const today = firstVersion[section];
  if (today) {
    notes.warning({
      code: 'label-of-version-1',
      place: { label },
      text: `The label ${label} is one of Traefik 1 and has no effect.`,
      remedy: `Use ${today}.`,
    });
    return;
  }
  const nearest = nearestName(section, sections);
  notes.warning({
    code: 'label-ignored',
    place: { label },
    text: `The label ${label} has no effect: there is no section "${section}".`,
    remedy: nearest ? `Did you mean "traefik.${nearest}"?` : `Sections are ${sections.join(', ')}.`,
  });
}

function lintHub(label: string, section: string, notes: Notes): void {
  const known = ['uplinks', 'routers', 'enable'];
  if (known.includes(section)) return;
  const nearest = nearestName(section, known);
  if (!nearest) return;
  notes.warning({
    code: 'label-ignored',
    place: { label },
    text: `The label ${label} has no effect: there is no section "${section}".`,
    remedy: `Did you mean "hub.${nearest}"?`,
  });
}

function noteRoot(label: string, notes: Notes): void {
  notes.warning({
    code: 'label-ignored',
    place: { label },
    text: `The label ${label} has no effect: it begins with "${label.split('.')[0]}".`,
    remedy: 'Did you mean "traefik"?',
  });
}

/** A container that stays out although somebody wrote routes for it. */
export function lintNotEnabled(container: Container, notes: Notes): void {
  const label = Object.keys(container.labels).find((key) => /^traefik\.(http|tcp|udp)\./i.test(key));
  if (label === undefined) return;
  notes.warning({
    code: 'not-enabled',
    place: { label },
    text: 'The container has labels for routes, but exposedByDefault is false and it is not enabled.',
    remedy: 'Add the label traefik.enable=true.',
  });
}

/** One name on the rule and another on the rest: both are routers then. */
export function lintRules(routers: Readonly<Record<string, { readonly rule: string }>>, notes: Notes): void {
  const ruled = Object.keys(routers).filter((name) => routers[name]?.rule !== '');
  if (ruled.length === 0) return;
  for (const [name, { rule }] of Object.entries(routers)) {
    if (rule !== '') continue;
    notes.warning({
      code: 'rule-missing',
      place: { element: `router ${name}@docker` },
      text: `The router "${name}" has no rule, so the default rule applies to it.`,
      remedy: `If "${ruled[0]}" is meant, use that name on all labels of the router; else give it a rule.`,
    });
  }
}

/** Which containers count, and with what. */
import type { Container } from './container.ts';
import type { Switches } from './switches.ts';

export interface AdmissionRules {
  readonly exposedByDefault: boolean;
  readonly allowEmptyServices: boolean;
  readonly accepts: (labels: Readonly<Record<string, string>>) => boolean;
}

export interface Admission {
  /** False for one that is only offered to parents. */
  readonly local: boolean;
  /** False: it has routers, and services without this server. */
  readonly serving: boolean;
}

/** Undefined: the container does not count. `offered`: its labels ask for an uplink. */
export function admit(
  container: Container,
  switches: Switches,
  offered: boolean,
  rules: AdmissionRules,
): Admission | undefined {
  const local = switches.enable ?? rules.exposedByDefault;
  if (!local && !offered) return undefined;
  if (!rules.accepts(container.labels)) return undefined;
  const running = container.status === '' || container.status === 'running';
  const healthy = container.health === '' || container.health === 'healthy';
  const kept = switches.allowNonRunning || (running && (healthy || rules.allowEmptyServices));
  return kept ? { local, serving: running && healthy } : undefined;
}

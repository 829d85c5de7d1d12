/** The name a container's automatic router and service get. */
import type { Container } from './container.ts';

export function serviceNameOf({ name, labels }: Container): string {
  const project = labels['com.docker.compose.project'];
  const service = labels['com.docker.compose.service'];
  return normalize(project && service ? `${service}_${project}` : name);
}

/** Letters and digits stay, everything between them becomes one dash. */
export function normalize(text: string): string {
  return text
    .split(/[^\p{L}\p{N}]+/u)
    .filter((piece) => piece !== '')
    .join('-');
}

/** Containers are worked through in this order, whatever order the engine lists them in. */
export function orderKeyOf(container: Container): string {
  return `${serviceNameOf(container)}-${container.id}`;
}

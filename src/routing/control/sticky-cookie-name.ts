import { hash } from 'node:crypto';

/** Part of what is hashed, so that cookies set by Traefik stay valid. */
const salt = '_TRAEFIK_BACKEND_';
const notInNames = /[^A-Za-z0-9!#$%&'*+\-.^`|~]/g;

/** The name a sticky cookie goes by; `''` stands for none given. */
export function stickyCookieName(given: string, service: string): string {
  if (given === '') return `_${hash('sha1', salt + service).slice(0, 5)}`;
  return given.replace(notInNames, '_');
}

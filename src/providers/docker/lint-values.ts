/** Values that are valid, and still hardly what was meant: mostly what Compose or a shell has made of them. */
import type { Container } from './container.ts';
import type { Notes } from './notes.ts';

export function lintValues(container: Container, notes: Notes): void {
  for (const [label, value] of Object.entries(container.labels)) {
    const name = label.toLowerCase();
    if (!name.startsWith('traefik.')) continue;
    if (name.endsWith('.basicauth.users')) lintPasswords(label, value, notes);
    if (name.endsWith('.chain.middlewares') && value.trim() === '') noteEmptyChain(label, notes);
    // In a replacement this is a group of its regular expression.
    const [placeholder] = /\$\{\w+\}/.exec(value) ?? [];
    if (placeholder !== undefined && !name.endsWith('.replacement'))
      notePlaceholder(label, placeholder, notes);
  }
}

/** What htpasswd writes: bcrypt, MD5-crypt, SHA-1. */
const hash = /^(\$2[abxy]?\$\d\d\$.{53}|\$(apr)?1\$.*\$.{22}|\{SHA\}.{28})$/;

/** Each `$` that is not doubled, and the word behind it, is a variable to Compose, and mostly an empty one. */
function lintPasswords(label: string, value: string, notes: Notes): void {
  for (const line of value.split(',')) {
    const [user = '', password] = line.trim().split(':');
    if (password === undefined || hash.test(password)) continue;
    notes.warning({
      code: 'password-unusable',
      place: { label },
      text: `Nobody can log in as "${user}": what stands behind the colon is no hash that htpasswd makes.`,
      remedy: 'In Compose files each $ of the hash must be doubled ($$).',
    });
  }
}

function noteEmptyChain(label: string, notes: Notes): void {
  notes.warning({
    code: 'chain-empty',
    place: { label },
    text: `The label ${label} names no middleware, so the chain does nothing.`,
    remedy: 'Name its middlewares, separated by commas, or remove the chain.',
  });
}

function notePlaceholder(label: string, placeholder: string, notes: Notes): void {
  notes.warning({
    code: 'unfilled-placeholder',
    place: { label },
    text: `The value of ${label} holds ${placeholder}, a variable that nobody has filled in.`,
    remedy:
      'Compose fills in variables of its environment and of .env; write the value where neither is read.',
  });
}

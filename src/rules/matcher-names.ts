import type { Call } from './expression/expression.ts';
import type { Matcher, MatcherKind, MatcherTable } from './matcher.ts';
import { RuleMistake } from './rule-problem.ts';

/** What people write for a matcher that the syntax of today calls otherwise. */
const FORMER_NAMES: Readonly<Record<string, string>> = {
  headers: 'Header',
  headersregexp: 'HeaderRegexp',
  hostheader: 'Host',
  methods: 'Method',
  pathprefixstrip: 'PathPrefix',
  pathstrip: 'Path',
  hosts: 'Host',
  sni: 'HostSNI',
};

/** Finds and makes matchers by name, in the four spellings that Traefik accepts. */
export class MatcherNames<Subject> {
  readonly #table: MatcherTable<Subject>;
  readonly #bySpelling = new Map<string, string>();

  constructor(table: MatcherTable<Subject>) {
    this.#table = table;
    for (const name of Object.keys(table)) {
      const lower = name.toLowerCase();
      const title = lower.charAt(0).toUpperCase() + lower.slice(1);
      for (const spelling of [name, lower, name.toUpperCase(), title]) this.#bySpelling.set(spelling, name);
    }
  }

  /** The documented name of the matcher that is called, or undefined. */
  nameOf(call: Call): string | undefined {
    return this.#bySpelling.get(call.name);
  }

  create(call: Call): Matcher<Subject> {
    const name = this.nameOf(call);
    if (name === undefined) throw this.#unknown(call);
    const kind = this.#table[name]!;
    checkArguments(name, kind, call.args);
    return kind.create(call.args);
  }

  #unknown({ name, args }: Call): RuleMistake {
    const lower = name.toLowerCase();
    const known = Object.keys(this.#table).find((candidate) => candidate.toLowerCase() === lower);
    const better = known ?? FORMER_NAMES[lower];
    if (better === undefined || !(better in this.#table)) {
      const remedy = `Use one of ${Object.keys(this.#table).join(', ')}.`;
      return new RuleMistake(`There is no matcher ${name}.`, { remedy });
    }
    const values = args.map((value) => `\`${value}\``).join(', ');
    return new RuleMistake(`There is no matcher ${name}.`, { remedy: `Write ${better}(${values}).` });
  }
}

function checkArguments(name: string, { arity }: MatcherKind<never>, args: readonly string[]): void {
  const [min, max] = arity;
  if (args.length === 0) {
    throw new RuleMistake(`${name} has no value.`, {
      remedy: `Write ${name}(\`value\`); a shell removes back-ticks and what is between them unless the label is quoted.`,
    });
  }
  if (args.includes('')) throw new RuleMistake(`${name} has an empty value.`);
  if (args.length >= min && args.length <= max) return;
  const wanted = min === max ? `${min}` : `${min} to ${max}`;
  const text = `${name} takes ${wanted} value${max === 1 ? '' : 's'}, not ${args.length}.`;
  throw new RuleMistake(text, { remedy: remedyFor(name, arity, args) });
}

function remedyFor(name: string, [, max]: readonly [number, number], args: readonly string[]): string {
  if (max === 1) return `Write ${args.map((value) => `${name}(\`${value}\`)`).join(' || ')}.`;
  return `Write ${name}(\`name\`, \`value\`).`;
}

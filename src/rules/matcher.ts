import { RuleMistake } from './rule-problem.ts';

/** One call of a rule, ready to be asked. */
export interface Matcher<Subject> {
  matches(subject: Subject): boolean;
  /** Host names, one of which a subject must have to match: exact or with a leading `*.`. */
  readonly hosts?: readonly string[];
}

/** Makes a matcher of the arguments of a call. Throws `RuleMistake`. */
export type MatcherFactory<Subject> = (args: readonly string[]) => Matcher<Subject>;

export interface MatcherKind<Subject> {
  /** How many arguments: at least and at most. */
  readonly arity: readonly [min: number, max: number];
  readonly create: MatcherFactory<Subject>;
}

/** The matchers of a language by their documented names. */
export type MatcherTable<Subject> = Readonly<Record<string, MatcherKind<Subject>>>;

/** Takes one argument. */
export function one<Subject>(create: (value: string) => Matcher<Subject>): MatcherKind<Subject> {
  return { arity: [1, 1], create: ([value]) => create(value!) };
}

/** Takes any number of arguments, of which one has to match. */
export function anyOf<Subject>(create: (value: string) => Matcher<Subject>): MatcherKind<Subject> {
  return {
    arity: [1, Number.POSITIVE_INFINITY],
    create: (args) => {
      const matchers = args.map(create);
      if (matchers.length === 1) return matchers[0]!;
      const matches = (subject: Subject) => matchers.some((matcher) => matcher.matches(subject));
      if (matchers.some(({ hosts }) => hosts === undefined)) return { matches };
      return { matches, hosts: matchers.flatMap(({ hosts }) => hosts!) };
    },
  };
}

export function requireAscii(value: string, matcher: string): void {
  if (/^\p{ASCII}*$/u.test(value)) return;
  throw new RuleMistake(`${matcher} compares ASCII only, "${value}" holds other characters.`, {
    remedy: 'Write an international name in its xn-- form.',
  });
}

export function requireLeadingSlash(path: string, matcher: string): void {
  if (path.startsWith('/')) return;
  throw new RuleMistake(`The path "${path}" does not start with a slash.`, {
    remedy: `Write ${matcher}(\`/${path}\`).`,
  });
}

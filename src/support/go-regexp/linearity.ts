import { type CharacterSet, intersects } from './character-set.ts';
import type { Part, SimplePattern } from './simple-pattern.ts';

/** Larger patterns are not looked into. */
const POSITIONS_MAX = 150;
/** How many ways through a pattern backtracking may try. */
const PATHS_MAX = 64;

/** A place in a pattern where one character is consumed; without a set, the end of the text. */
interface Position {
  readonly set: CharacterSet | undefined;
  loops: boolean;
  readonly follow: Set<Position>;
}

/** How a part begins and ends, after Glushkov. */
interface Outline {
  readonly nullable: boolean;
  readonly first: readonly Position[];
  readonly last: readonly Position[];
}

const EMPTY: Outline = { nullable: true, first: [], last: [] };

/**
 * Whether a backtracking matcher needs no more than time in proportion to the text. Shown in one of two ways:
 * each next character leaves at most one way to go on, so that going back never finds anything to retry; or
 * there is at most one loop, over single characters, and few ways around it.
 */
export function isLinear({ part, anchored }: SimplePattern): boolean {
  const { loops, paths } = ways(part);
  if (paths <= PATHS_MAX && loops <= (anchored ? 1 : 0)) return true;
  const analysis = new Analysis();
  const outline = analysis.outline(part);
  if (outline === undefined || !analysis.deterministic(outline)) return false;
  return anchored || !analysis.restartsInLoop(outline);
}

/** Loops over single characters, and ways through the rest; infinite when loops hold more than a character. */
function ways(part: Part): { loops: number; paths: number } {
  switch (part.kind) {
    case 'set':
    case 'end':
      return { loops: 0, paths: 1 };
    case 'group':
      return ways(part.part);
    case 'sequence':
      return combined(part.parts, (one, other) => one * other, 1);
    case 'choice':
      return combined(part.options, (one, other) => one + other, 0);
    case 'repeat':
      return waysOfRepeat(part);
  }
}

function combined(parts: readonly Part[], join: (one: number, other: number) => number, start: number) {
  const all = parts.map(ways);
  return {
    loops: all.reduce((sum, { loops }) => sum + loops, 0),
    paths: all.reduce((paths, one) => join(paths, one.paths), start),
  };
}

function waysOfRepeat({ part, min, max }: Extract<Part, { kind: 'repeat' }>): {
  loops: number;
  paths: number;
} {
  const inner = ways(part);
  if (max === Number.POSITIVE_INFINITY) {
    return part.kind === 'set' ? { loops: 1, paths: 1 } : { loops: 0, paths: Number.POSITIVE_INFINITY };
  }
  let paths = 0;
  for (let count = min; count <= max; count++) paths += inner.paths ** count;
  return { loops: inner.loops * max, paths };
}

class Analysis {
  readonly #positions: Position[] = [];

  /** Undefined when the pattern is too large, or may be empty in more than one way. */
  outline(part: Part): Outline | undefined {
    switch (part.kind) {
      case 'set':
        return this.#position(part.set);
      case 'end':
        return this.#position(undefined);
      case 'group':
        return this.outline(part.part);
      case 'sequence':
        return this.#joined(part.parts.map((inner) => () => this.outline(inner)));
      case 'choice':
        return this.#choice(part.options);
      case 'repeat':
        return this.#repeat(part.part, part.min, part.max);
    }
  }

  /** No character can be consumed at two places that are reachable from the same one. */
  deterministic({ first }: Outline): boolean {
    return disjoint([...first]) && this.#positions.every(({ follow }) => disjoint([...follow]));
  }

  /** A search that failed inside a loop could begin anew inside what the loop consumed. */
  restartsInLoop({ first }: Outline): boolean {
    const loops = this.#positions.filter((position) => position.loops);
    return first.some((start) => loops.some((loop) => overlap(start, loop)));
  }

  #position(set: CharacterSet | undefined): Outline | undefined {
    const position = { set, loops: false, follow: new Set<Position>() };
    if (this.#positions.push(position) > POSITIONS_MAX) return undefined;
    return { nullable: false, first: [position], last: [position] };
  }

  #joined(parts: readonly (() => Outline | undefined)[]): Outline | undefined {
    let whole: Outline | undefined = EMPTY;
    for (const part of parts) {
      const next = part();
      if (next === undefined) return undefined;
      connect(whole.last, next.first);
      whole = {
        nullable: whole.nullable && next.nullable,
        first: whole.nullable ? [...whole.first, ...next.first] : whole.first,
        last: next.nullable ? [...whole.last, ...next.last] : next.last,
      };
    }
    return whole;
  }

  #choice(options: readonly Part[]): Outline | undefined {
    const outlines = options.map((option) => this.outline(option));
    const known = outlines.filter((outline) => outline !== undefined);
    if (known.length < outlines.length || known.filter(({ nullable }) => nullable).length > 1)
      return undefined;
    return {
      nullable: known.some(({ nullable }) => nullable),
      first: known.flatMap(({ first }) => first),
      last: known.flatMap(({ last }) => last),
    };
  }

  /** Written out: `x{2,4}` is `xx(x(x)?)?`, `x{2,}` is `xxx*`. */
  #repeat(part: Part, min: number, max: number): Outline | undefined {
    const required = Array.from({ length: min }, () => () => this.outline(part));
    const rest =
      max === Number.POSITIVE_INFINITY ? () => this.#star(part) : () => this.#optional(part, max - min);
    return this.#joined([...required, rest]);
  }

  #star(part: Part): Outline | undefined {
    const before = this.#positions.length;
    const inner = this.outline(part);
    if (inner === undefined) return undefined;
    connect(inner.last, inner.first);
    for (const position of this.#positions.slice(before)) position.loops = true;
    return { ...inner, nullable: true };
  }

  #optional(part: Part, count: number): Outline | undefined {
    if (count === 0) return EMPTY;
    const inner = this.#joined([() => this.outline(part), () => this.#optional(part, count - 1)]);
    return inner === undefined ? undefined : { ...inner, nullable: true };
  }
}

function connect(from: readonly Position[], to: readonly Position[]): void {
  for (const position of from) for (const next of to) position.follow.add(next);
}

function disjoint(positions: readonly Position[]): boolean {
  return positions.every((one, index) => positions.slice(index + 1).every((other) => !overlap(one, other)));
}

function overlap(one: Position, other: Position): boolean {
  if (one.set === undefined || other.set === undefined) return one.set === other.set;
  return intersects(one.set, other.set);
}

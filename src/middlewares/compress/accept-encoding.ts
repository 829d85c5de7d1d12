export const CODINGS = ['gzip', 'br', 'zstd'] as const;
export type Coding = (typeof CODINGS)[number];

interface Wish {
  readonly name: string;
  readonly weight: number;
}

/**
 * Chooses a content coding (RFC 9110, 12.5.3): the client's highest weight, among equals the first of `offered`;
 * `*` stands for `preferred`. Undefined means: send it as it is.
 */
export function chooseCoding(
  header: string,
  offered: readonly Coding[],
  preferred: Coding,
): Coding | undefined {
  const wishes = parse(header);
  const refused = new Set(wishes.filter(({ weight }) => weight === 0).map(({ name }) => name));
  const rank = ({ name }: Wish) => (name === '*' ? -1 : (offered as readonly string[]).indexOf(name));
  const known = wishes.filter((wish) => wish.weight > 0 && (rank(wish) >= 0 || isGeneral(wish.name)));
  known.sort((a, b) => b.weight - a.weight || order(a, rank) - order(b, rank));
  const best = known[0]?.name;
  if (best === undefined || best === 'identity') return undefined;
  if (best !== '*') return best as Coding;
  return [preferred, ...offered].find((coding) => !refused.has(coding));
}

function isGeneral(name: string): boolean {
  return name === '*' || name === 'identity';
}

function order(wish: Wish, rank: (wish: Wish) => number): number {
  return wish.name === 'identity' ? Number.POSITIVE_INFINITY : rank(wish);
}

function parse(header: string): Wish[] {
  return header.split(',').flatMap((item) => {
    const [name = '', ...parameters] = item.split(';').map((part) => part.trim());
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    const weight = quality === undefined ? 1 : Number(quality.slice(2));
    return name === '' || Number.isNaN(weight) ? [] : [{ name, weight }];
  });
}

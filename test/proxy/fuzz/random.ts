/** Gives a whole number from 0 on, below the one given. */
export type Random = (below: number) => number;

/** A small generator (mulberry32): the same seed gives the same texts on every machine. */
export function randomFrom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export function pick<T>(list: readonly T[], random: Random): T {
  return list[random(list.length)] as T;
}

/** Cuts a text into up to `pieces` parts, anywhere; none is empty. */
export function cut(text: string, pieces: number, random: Random): string[] {
  const cuts = new Set<number>();
  for (let count = 1; count < pieces; count++) cuts.add(1 + random(text.length));
  const places = [0, ...[...cuts].sort((a, b) => a - b), text.length];
  return places.slice(1).flatMap((to, index) => text.slice(places[index], to) || []);
}

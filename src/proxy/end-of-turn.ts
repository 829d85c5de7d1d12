/** Has gathered what shall leave at the end of this turn of the event loop. */
export interface Gathering {
  flushGathered(): void;
}

let gatherings: Gathering[] = [];
let others: Gathering[] = [];

/** Calls it once for each time it is told; one call to the event loop serves all. */
export function atEndOfTurn(gathering: Gathering): void {
  if (gatherings.push(gathering) === 1) setImmediate(flushAll);
}

/** What is gathered meanwhile leaves at the end of the next turn. */
function flushAll(): void {
  const now = gatherings;
  gatherings = others;
  others = now;
  for (let index = 0; index < now.length; index++) now[index]!.flushGathered();
  now.length = 0;
}

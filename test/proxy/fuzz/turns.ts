/** A turn of the event loop that all plays of a batch share. */
let next: Promise<void> | undefined;

export function turn(): Promise<void> {
  next ??= new Promise((done) => {
    setImmediate(() => {
      next = undefined;
      done();
    });
  });
  return next;
}

const quietTurns = 3;

/** Lets things happen until `step` has had nothing to do for a while. */
export async function untilQuiet(step: () => boolean): Promise<void> {
  for (let quiet = 0; quiet < quietTurns; ) {
    await turn();
    quiet = step() ? 0 : quiet + 1;
  }
}

/** Problems of one container, collected on the way. */
import type { Problem, ProblemSource } from '../../model/problem.ts';
import type { Container } from './container.ts';

type Note = Omit<Problem, 'severity' | 'source'> & { readonly place?: Partial<ProblemSource> };

export class Notes {
  readonly #source: ProblemSource;
  readonly #problems: Problem[] = [];

  constructor(container: Container) {
    this.#source = { provider: 'docker', container: container.name };
  }

  get problems(): readonly Problem[] {
    return this.#problems;
  }

  get source(): ProblemSource {
    return this.#source;
  }

  /** Nothing of the container, or of the element named, goes live. */
  error(note: Note): void {
    this.#add('error', note);
  }

  /** Everything goes live, though hardly as it was meant. */
  warning(note: Note): void {
    this.#add('warning', note);
  }

  take(problems: readonly Problem[]): void {
    this.#problems.push(...problems);
  }

  #add(severity: Problem['severity'], { place, ...note }: Note): void {
    // Several services of one container can run into the same mistake.
    if (this.#problems.some(({ code, text }) => code === note.code && text === note.text)) return;
    this.#problems.push({ ...note, severity, source: { ...this.#source, ...place } });
  }
}

import type { Problem, ProblemSource } from '../../model/problem.ts';

/** One problem as a person reads it: where, what, what to write instead. */
export function problemLines({ severity, source, text, remedy }: Problem): string {
  const place = placeOf(source);
  const head = `${severity.padEnd(8)} ${place === '' ? '' : `${place}: `}${text}\n`;
  return remedy === undefined ? head : `${head}${' '.repeat(9)}${remedy}\n`;
}

function placeOf(source: ProblemSource): string {
  const { file, line, column, container, label, flag, variable, child } = source;
  const position = [file, line, column].filter((part) => part !== undefined).join(':');
  const owner = container === undefined ? child && `child ${child}` : `container ${container}`;
  return [position, owner, label ?? flag ?? variable].filter((part) => part).join(', ');
}

export function summaryOf(problems: readonly Problem[]): string {
  if (problems.length === 0) return 'nothing is wrong';
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  return [counted(errors, 'error'), counted(problems.length - errors, 'warning')]
    .filter((part) => part)
    .join(', ');
}

const counted = (count: number, word: string) =>
  count === 0 ? '' : `${count} ${word}${count === 1 ? '' : 's'}`;

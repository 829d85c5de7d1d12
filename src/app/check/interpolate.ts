export type Environment = Readonly<Record<string, string | undefined>>;

const reference = /\$(?:\$|\{(?<braced>\w+)(?:(?<operator>:?[-+?])(?<operand>[^}]*))?\}|(?<plain>\w+))/g;

interface Filled {
  readonly text: string;
  /** Names that nobody sets. */
  readonly open: readonly string[];
}

/** Variables as Compose fills them in; a name that nobody sets stands for itself. */
export function interpolate(text: string, env: Environment): Filled {
  const open: string[] = [];
  let filled = '';
  let end = 0;
  for (const match of text.matchAll(reference)) {
    filled += text.slice(end, match.index) + valueOf(match, env, open);
    end = match.index + match[0].length;
  }
  return { text: filled + text.slice(end), open };
}

function valueOf({ groups = {} }: RegExpExecArray, env: Environment, open: string[]): string {
  const { braced, operator = '', operand = '', plain } = groups;
  const name = braced ?? plain;
  if (name === undefined) return '$';
  const value = env[name];
  const isSet = value !== undefined && !(operator.startsWith(':') && value === '');
  if (operator.endsWith('+')) return isSet ? operand : '';
  if (isSet) return value;
  if (operator.endsWith('-')) return operand;
  open.push(name);
  return name;
}

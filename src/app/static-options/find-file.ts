import type { Problem } from '../../model/problem.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The text of a file, or undefined when there is none. */
export type ReadFile = (path: string) => string | undefined;

export interface FoundFile {
  readonly path: string;
  readonly text: string;
}

/** The file that was asked for, or the first of those that are read unasked; our own before Traefik's. */
export function findFile(
  asked: string | undefined,
  env: Environment,
  readFile: ReadFile,
): { file?: FoundFile; problems: Problem[] } {
  const paths = asked ? [expandVariables(asked, env)] : defaultPaths(env);
  for (const path of paths) {
    try {
      const text = readFile(path);
      if (text !== undefined) return { file: { path, text }, problems: [] };
    } catch (error) {
      return { problems: [unreadable(path, `it cannot be opened: ${(error as Error).message}`)] };
    }
  }
  return { problems: asked ? [unreadable(paths[0] as string, 'it does not exist')] : [] };
}

const unreadable = (file: string, why: string): Problem => ({
  code: 'configuration-file-unusable',
  severity: 'error',
  source: { file },
  text: `The configuration file ${file} cannot be used: ${why}.`,
});

export function defaultPaths(env: Environment): string[] {
  const personal = [env.XDG_CONFIG_HOME, env.HOME && `${env.HOME}/.config`].filter((folder) => folder);
  return ['fairlead', 'traefik'].flatMap((name) =>
    [`/etc/${name}`, ...personal, '.'].flatMap((folder) =>
      ['toml', 'yaml', 'yml'].map((extension) => `${folder}/${name}.${extension}`),
    ),
  );
}

function expandVariables(path: string, env: Environment): string {
  return path.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced, plain) => env[braced ?? plain] ?? '');
}

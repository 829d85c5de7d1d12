import type { MiddlewareContext } from './middleware.ts';

/** Where the users of an authenticating middleware are listed. */
export interface UserSources {
  readonly users: readonly string[];
  readonly usersFile: string;
}

interface Reading extends Pick<MiddlewareContext, 'file'> {
  /** Of which a line consists. */
  readonly parts: number;
}

/**
 * Lines of `name:…`, split at each colon. Those of the option come after those of the file, so that they win. Throws
 * an `Error` that names the line (never its secret).
 */
export function readUsers({ users, usersFile }: UserSources, { parts, file }: Reading): string[][] {
  const lines = [...(usersFile === '' ? [] : linesOf(file(usersFile))), ...users];
  return lines.map((line, index) => {
    const split = line.split(':');
    if (split.length !== parts) {
      const shape = parts === 2 ? 'name:hash' : 'name:realm:hash';
      throw new Error(
        `user ${index + 1} ("${split[0]}") is not of the form ${shape}; in Compose files each $ must be doubled`,
      );
    }
    return split;
  });
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

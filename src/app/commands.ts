/** What the command line can do, with everything it needs from the machine. */
import { readFileSync } from 'node:fs';
import { listFlags } from '../config/flag-list.ts';
import { type JsonSchema, toJsonSchema } from '../config/json-schema.ts';
import type { CliCommands, Prepared, SchemaName } from '../surfaces/cli/cli.ts';
import { defaultDataDirectory } from './data-directory.ts';
import type { Health } from './healthcheck.ts';
import { type LoadedConfiguration, loadStaticConfiguration } from './static-options/load.ts';
import { type StaticConfiguration, staticOptions } from './static-options/static-configuration.ts';

/** Configuration that is fit to start with. */
export type SoundConfiguration = LoadedConfiguration & { readonly configuration: StaticConfiguration };

export interface CommandsInit {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** Resolves with the exit code when the program has ended. */
  readonly start: (loaded: SoundConfiguration) => Promise<number>;
}

export function createCommands({ env, version, start }: CommandsInit): CliCommands {
  const load = (args: readonly string[]) => loadStaticConfiguration({ args, env, readFile: readIfThere });
  return {
    version: () => version,
    flags: () => listFlags(staticOptions),
    schema: async (of) => JSON.stringify(await schemaOf(of), null, 2),
    check: async (paths) => {
      const { checkFiles } = await import('./check/check-files.ts');
      const files = paths.map((path) => ({ path, text: readFileSync(path, 'utf8') }));
      return checkFiles(files, env);
    },
    prepareRun: (args): Prepared => {
      const loaded = load(args);
      return { problems: loaded.problems, start: isSound(loaded) ? () => start(loaded) : undefined };
    },
    ask: async (options, request) => {
      const { configuration } = load(options);
      const { askProgram } = await import('./ask-program.ts');
      return askProgram(configuration?.dataDirectory || defaultDataDirectory(env), request);
    },
    prepareHealthcheck: (args) => {
      const { configuration, problems } = load(args);
      return { problems, ask: configuration && (() => healthOf(configuration)) };
    },
  };
}

const isSound = (loaded: LoadedConfiguration): loaded is SoundConfiguration =>
  loaded.configuration !== undefined;

async function healthOf(configuration: StaticConfiguration): Promise<Health> {
  const { checkHealth } = await import('./healthcheck.ts');
  return checkHealth(configuration);
}

async function schemaOf(name: SchemaName): Promise<JsonSchema> {
  if (name === 'static') return toJsonSchema(staticOptions, 'Static configuration');
  const { dynamicConfiguration } = await import('../routing/schema/dynamic-configuration.ts');
  return toJsonSchema(dynamicConfiguration, 'Routing configuration');
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

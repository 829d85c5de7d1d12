/**
 * The command line. Without a command it runs the program, and then every argument is a static option by Traefik's
 * rules; the other commands are commander's. Exit codes: 0 done, 1 something is wrong, 2 the command line itself is.
 */
import { Argument, Command, CommanderError } from 'commander';
import type { Problem } from '../../model/problem.ts';
import type { ControlAnswer, ControlRequest } from './control.ts';
import { examples, exitCodes, flagLines, intro } from './help.ts';
import { addPair } from './pair.ts';
import { problemLines, summaryOf } from './problem-lines.ts';

export interface CliCommands {
  version(): string;
  flags(): readonly FlagLine[];
  /** A JSON Schema as text. */
  schema(of: SchemaName): Promise<string>;
  /** Rejects when one of the files cannot be read. */
  check(paths: readonly string[]): Promise<readonly CheckedFile[]>;
  prepareRun(args: readonly string[]): Prepared;
  /** Asks the program that runs with these options; rejects with what to do when there is none. */
  ask(options: readonly string[], request: ControlRequest): Promise<ControlAnswer>;
  prepareHealthcheck(args: readonly string[]): {
    readonly problems: readonly Problem[];
    readonly ask: (() => Promise<{ readonly ok: boolean; readonly text: string }>) | undefined;
  };
}

export interface CheckedFile {
  readonly path: string;
  readonly kind: string;
  readonly problems: readonly Problem[];
}

export type SchemaName = 'static' | 'routing';

export interface FlagLine {
  readonly flag: string;
  readonly fallback: string;
  readonly notYet: string | undefined;
}

export interface Prepared {
  readonly problems: readonly Problem[];
  /** Undefined when the problems forbid it. */
  readonly start: (() => Promise<number>) | undefined;
}

export interface Terminal {
  /** Answers. */
  out(text: string): void;
  /** Problems. */
  err(text: string): void;
}

export interface CliInit {
  readonly args: readonly string[];
  readonly commands: CliCommands;
  readonly terminal: Terminal;
}

/** The exit code, once everything is done. */
export async function runCli({ args, commands, terminal }: CliInit): Promise<number> {
  const words = /^(fairlead|traefik)$/.test(args[0] ?? '') ? args.slice(1) : args;
  const asked = words.find((word) => aboutProgram.has(word));
  const commandLine = new CommandLine(commands, terminal);
  if (words[0] !== undefined && !words[0].startsWith('-')) return commandLine.parse(words);
  return asked === undefined ? run(words, commands, terminal) : commandLine.parse([asked]);
}

/** Flags that are about the program and never static options. */
const aboutProgram = new Set(['-h', '--help', '--version']);

async function run(args: readonly string[], commands: CliCommands, terminal: Terminal): Promise<number> {
  const { problems, start } = commands.prepareRun(args);
  report(problems, terminal);
  if (start) return start();
  terminal.err('Nothing was started. "fairlead help" shows how to go on.\n');
  return 1;
}

function report(problems: readonly Problem[], terminal: Terminal): void {
  for (const problem of problems) terminal.err(problemLines(problem));
}

class CommandLine {
  readonly #commands: CliCommands;
  readonly #terminal: Terminal;
  #exitCode = 0;

  constructor(commands: CliCommands, terminal: Terminal) {
    this.#commands = commands;
    this.#terminal = terminal;
  }

  async parse(args: readonly string[]): Promise<number> {
    try {
      await this.#program().parseAsync([...args], { from: 'user' });
      return this.#exitCode;
    } catch (error) {
      if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
      throw error;
    }
  }

  #program(): Command {
    const program = new Command('fairlead')
      .description(intro)
      .version(this.#commands.version(), '--version', 'print the version')
      .helpOption('-h, --help', 'print this help')
      .addHelpText('after', `\n${examples}\n\n${exitCodes}`)
      .showSuggestionAfterError()
      .exitOverride()
      .configureOutput({ writeOut: this.#terminal.out, writeErr: this.#terminal.err });
    this.#addRun(program);
    this.#addCheck(program);
    this.#addHealthcheck(program);
    addPair(program, {
      terminal: this.#terminal,
      ask: (options, request) => this.#commands.ask(options, request),
      onExitCode: (code) => {
        this.#exitCode = code;
      },
    });
    const version = program.command('version').description('print the version');
    version.action(() => this.#terminal.out(`${this.#commands.version()}\n`));
    const options = program.command('options').description('list every static option with its default');
    options.action(() => this.#terminal.out(flagLines(this.#commands.flags())));
    this.#addSchema(program);
    return program;
  }

  #addSchema(program: Command): void {
    const which = new Argument('<which>', 'of which file').choices(['static', 'routing']);
    program
      .command('schema')
      .description('print the JSON Schema of a file, for editors')
      .addArgument(which)
      .action(async (of: SchemaName) => this.#terminal.out(`${await this.#commands.schema(of)}\n`));
  }

  #addRun(program: Command): void {
    passThrough(program.command('run').description('serve; the same as no command at all')).action(
      async (args: string[]) => {
        this.#exitCode = await run(args, this.#commands, this.#terminal);
      },
    );
  }

  #addCheck(program: Command): void {
    program
      .command('check')
      .description('say what is wrong with files, each and together, without starting anything')
      .argument('<file...>', 'static options, routing configuration, or a Compose file')
      .action((files: string[]) => this.#check(files));
  }

  async #check(files: readonly string[]): Promise<void> {
    try {
      for (const { path, kind, problems } of await this.#commands.check(files)) {
        report(problems, this.#terminal);
        this.#terminal.out(`${path} (${kind}): ${summaryOf(problems)}\n`);
        if (problems.some((problem) => problem.severity === 'error')) this.#exitCode = 1;
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      this.#terminal.err(`error    A file cannot be read: ${(error as Error).message}.\n`);
      this.#exitCode = 1;
    }
  }

  #addHealthcheck(program: Command): void {
    const command = program.command('healthcheck').description('ask a running program whether it is well');
    passThrough(command).action(async (args: string[]) => {
      const { problems, ask } = this.#commands.prepareHealthcheck(args);
      if (!ask) report(problems, this.#terminal);
      const health = await ask?.();
      if (health?.ok) this.#terminal.out(`${health.text}\n`);
      else if (health) this.#terminal.err(`${health.text}\n`);
      this.#exitCode = health?.ok ? 0 : 1;
    });
  }
}

/** Static options are not commander's to read. */
function passThrough(command: Command): Command {
  return command
    .argument('[options...]', 'static options: "fairlead options" lists them')
    .allowUnknownOption();
}

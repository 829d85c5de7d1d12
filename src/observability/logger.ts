/**
 * What happens to the program itself, in Traefik's form: one JSON line each, or a readable one on a
 * terminal.
 */
import { type DestinationStream, type Logger as Pino, pino } from 'pino';
import type { PrettyStream } from 'pino-pretty';
import { LogFile } from './log-file.ts';

export interface Logger {
  debug(text: string, fields?: object): void;
  info(text: string, fields?: object): void;
  warn(text: string, fields?: object): void;
  error(text: string, fields?: object): void;
  /** Adds fields to every line. */
  child(fields: object): Logger;
  /** After the file was moved away: go on in a new one. */
  reopen(): void;
}

export interface LoggerOptions {
  /** Traefik's names, in any letter case; an unknown one counts as ERROR. */
  readonly level: string;
  /** Undefined: `common` on a terminal, `json` elsewhere. */
  readonly format?: string | undefined;
  readonly filePath?: string;
  readonly noColor?: boolean;
  /** Where lines go without a file; the standard output unless a test says otherwise. */
  readonly output?: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** Throws a `LogFileError` when the file cannot be opened. */
export async function createLogger(options: LoggerOptions): Promise<Logger> {
  const { output = standardStream(options.filePath), filePath } = options;
  const file = filePath && !isStandardStream(filePath) ? new LogFile(filePath, complain) : undefined;
  const format = options.format ?? (!file && output.isTTY ? 'common' : 'json');
  const destination = file ?? output;
  const readable = format === 'json' ? undefined : await readableLines(options, destination);
  const lines = pino(
    {
      level: levelOf(options.level),
      messageKey: 'message',
      errorKey: 'error',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    readable ?? destination,
  );
  return new LineLogger(lines, () => file?.reopen());
}

const complain = (text: string): void => void process.stderr.write(`error    ${text}\n`);

const isStandardStream = (path: string): boolean => path === '/dev/stdout' || path === '/dev/stderr';

/** People name the streams by their files, which cannot be opened where a stream is a socket. */
const standardStream = (path: string | undefined): NodeJS.WriteStream =>
  path === '/dev/stderr' ? process.stderr : process.stdout;

/** Loaded only when somebody is there to read. */
async function readableLines(
  { noColor, filePath, output = process.stdout }: LoggerOptions,
  destination: DestinationStream,
): Promise<PrettyStream> {
  const { PinoPretty } = await import('pino-pretty');
  return PinoPretty({
    colorize: !noColor && !filePath && output.isTTY === true,
    destination: destination as NodeJS.WritableStream,
    messageKey: 'message',
    timestampKey: 'time',
    errorLikeObjectKeys: ['error'],
    translateTime: 'SYS:HH:MM:ss.l',
    singleLine: true,
    sync: true,
  });
}

const known = new Set(['trace', 'debug', 'info', 'warn', 'error', 'fatal']);

function levelOf(name: string): string {
  const level = name.toLowerCase();
  if (level === 'panic') return 'fatal';
  return known.has(level) ? level : 'error';
}

class LineLogger implements Logger {
  readonly #lines: Pino;
  readonly #reopen: () => void;

  constructor(lines: Pino, reopen: () => void) {
    this.#lines = lines;
    this.#reopen = reopen;
  }

  debug(text: string, fields: object = {}): void {
    this.#lines.debug(fields, text);
  }

  info(text: string, fields: object = {}): void {
    this.#lines.info(fields, text);
  }

  warn(text: string, fields: object = {}): void {
    this.#lines.warn(fields, text);
  }

  error(text: string, fields: object = {}): void {
    this.#lines.error(fields, text);
  }

  child(fields: object): Logger {
    return new LineLogger(this.#lines.child(fields), this.#reopen);
  }

  reopen(): void {
    this.#reopen();
  }
}

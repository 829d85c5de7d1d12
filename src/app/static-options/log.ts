import { flag, integer, structure, text } from '../../config/options.ts';
import { otlpLogs } from './otlp.ts';

const rotation = { notYet: 'log files are rotated by the host; SIGUSR1 opens them anew' };

export const logOptions = structure(
  {
    level: text().default('ERROR'),
    /** Absent: readable on a terminal, JSON elsewhere. */
    format: text().optional(),
    noColor: flag(),
    filePath: text(),
    maxSize: integer(rotation),
    maxAge: integer(rotation),
    maxBackups: integer(rotation),
    compress: flag(rotation),
    otlp: otlpLogs(),
  },
  { allowEmpty: true },
);

import { duration, flag, integer, list, map, structure, text } from '../../config/options.ts';
import { otlpLogs } from './otlp.ts';

const filters = structure({ statusCodes: list(), retryAttempts: flag(), minDuration: duration() });

const fields = structure({
  defaultMode: text().default('keep'),
  names: map(text()),
  headers: structure({ defaultMode: text().default('drop'), names: map(text()) }),
  queryParameters: structure({ defaultMode: text().default('keep') }),
});

export const accessLogOptions = structure(
  {
    filePath: text(),
    format: text().default('common'),
    bufferingSize: integer(),
    addInternals: flag(),
    dualOutput: flag(),
    filters,
    fields,
    otlp: otlpLogs(),
  },
  { allowEmpty: true, notYet: 'access logs are not written yet' },
);

/** Metrics as Prometheus reads them: its text format, version 0.0.4. */

export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** One sentence. */
  readonly help: string;
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** What a histogram is made of. */
  readonly suffix?: '_bucket' | '_sum' | '_count';
}

export const gauge = (name: string, told: Pick<Family, 'help' | 'samples'>): Family => ({
  name,
  type: 'gauge',
  ...told,
});

export const textFormatType = 'text/plain; version=0.0.4; charset=utf-8';

export function textFormat(families: Iterable<Family>): string {
  let text = '';
  for (const { name, type, help, samples } of families) {
    if (samples.length === 0) continue;
    text += `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
    for (const { suffix = '', labels, value } of samples)
      text += `${name}${suffix}${written(labels)} ${numeral(value)}\n`;
  }
  return text;
}

function written(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

function numeral(value: number): string {
  if (Math.abs(value) === Number.POSITIVE_INFINITY) return value > 0 ? '+Inf' : '-Inf';
  return String(value);
}

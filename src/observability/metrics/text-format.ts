/** Metrics as Prometheus reads them: its text format, version 0.0.4. */

export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** One sentence. */
  readonly help: string;
  readonly samples: readonly Sample[];
}

export interface Sample {
  /** Written once for all samples that have the same object. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** What a histogram is made of. */
  readonly suffix?: '_bucket' | '_sum' | '_count';
  /** Upper bound of a bucket. */
  readonly le?: string;
}

export const gauge = (name: string, told: Pick<Family, 'help' | 'samples'>): Family => ({
  name,
  type: 'gauge',
  ...told,
});

export const textFormatType = 'text/plain; version=0.0.4; charset=utf-8';

export function textFormat(families: Iterable<Family>): string {
  const texts = new Map<object, string>();
  let text = '';
  for (const { name, type, help, samples } of families) {
    if (samples.length === 0) continue;
    text += `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
    for (const sample of samples) text += line(name, sample, texts);
  }
  return text;
}

function line(name: string, { suffix, labels, le, value }: Sample, texts: Map<object, string>): string {
  let pairs = texts.get(labels);
  if (pairs === undefined) texts.set(labels, (pairs = written(labels)));
  if (le !== undefined) pairs += `${pairs === '' ? '' : ','}le="${le}"`;
  return `${name}${suffix ?? ''}${pairs === '' ? '' : `{${pairs}}`} ${numeral(value)}\n`;
}

function written(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',');
}

const escaped = (value: string): string =>
  /[\\"\n]/.test(value)
    ? value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
    : value;

function numeral(value: number): string {
  if (Math.abs(value) === Number.POSITIVE_INFINITY) return value > 0 ? '+Inf' : '-Inf';
  return String(value);
}

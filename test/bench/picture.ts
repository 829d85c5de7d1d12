import { median, type Row } from './report.ts';

const width = 760;
const nameWidth = 190;
const valueWidth = 110;
const barHeight = 14;
const barGap = 5;
const caseGap = 26;
const margin = 16;

/** The rows as bars, case by case: the shorter, the cheaper. Each case has a scale of its own. An SVG of fixed colours, for light and dark pages alike. */
export function picture(rows: readonly Row[]): string {
  const parts: string[] = [];
  let y = margin;
  for (const [name, group] of Map.groupBy(rows, (row) => row.case)) {
    parts.push(caption({ name, unit: group[0]!.unit, y }));
    y += caseGap - 8;
    const longest = Math.max(...group.map((row) => median(row.samples)));
    for (const row of [...group].sort(byMedian)) {
      parts.push(bar(row, { y, longest }));
      y += barHeight + barGap;
    }
    y += caseGap - barGap;
  }
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y}" viewBox="0 0 ${width} ${y}"`;
  const style = 'font-family="system-ui, sans-serif" font-size="12"';
  const ground = `<rect width="${width}" height="${y}" fill="#ffffff" rx="6"/>`;
  return `${head} ${style}>\n${ground}\n${parts.join('\n')}\n</svg>\n`;
}

const byMedian = (one: Row, other: Row): number => median(one.samples) - median(other.samples);

const caption = ({ name, unit, y }: { name: string; unit: string; y: number }): string =>
  text({ x: margin, y: y + 4, weight: 600 }, `${name}, ${unit}`);

function bar({ proxy, samples }: Row, { y, longest }: { y: number; longest: number }): string {
  const value = median(samples);
  const room = width - nameWidth - valueWidth - 2 * margin;
  const length = Math.max(1, (value / longest) * room);
  const colour = proxy.startsWith('fairlead') || proxy.startsWith('parent') ? '#1f6feb' : '#8c959f';
  return [
    text({ x: margin + 12, y: y + barHeight - 3 }, proxy),
    `<rect x="${nameWidth}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" fill="${colour}" rx="2"/>`,
    text({ x: nameWidth + length + 8, y: y + barHeight - 3 }, value.toFixed(1)),
  ].join('\n');
}

function text({ x, y, weight = 400 }: { x: number; y: number; weight?: number }, content: string): string {
  const safe = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y}" font-weight="${weight}" fill="#1f2328">${safe}</text>`;
}

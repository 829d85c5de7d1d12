/** One command of a guide, and what the guide says that it prints. */
export interface GuideStep {
  readonly host: string;
  readonly command: string;
  /** Lines; `…` stands for anything. Undefined where the guide shows nothing. */
  readonly expected: readonly string[] | undefined;
}

/** The commands in the `console` blocks of a guide, in order: `host$ command`, then what it prints. */
export function readGuide(markdown: string): GuideStep[] {
  const blocks = [...markdown.matchAll(/^```console\n(.*?)^```/gms)].map(([, block = '']) => block);
  return blocks.flatMap((block) => {
    const commands = block.split(/^(?=\w+\$ )/m).filter((part) => part !== '');
    return commands.map((text): GuideStep => {
      const [prompt = '', ...lines] = text.trimEnd().split('\n');
      const [, host = '', command = ''] = /^(\w+)\$ (.*)$/.exec(prompt) ?? [];
      return { host, command, expected: lines.length > 0 ? lines : undefined };
    });
  });
}

const literal = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** Whether the output is what the guide shows. */
export function fits(output: string, expected: readonly string[]): boolean {
  const pattern = expected.map((line) => line.split('…').map(literal).join('.*')).join('\\n');
  return new RegExp(`^${pattern}$`, 's').test(output.trimEnd());
}

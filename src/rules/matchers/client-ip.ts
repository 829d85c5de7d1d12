import { parseAddressRange } from '../../support/address-range.ts';
import type { Matcher } from '../matcher.ts';
import { RuleMistake } from '../rule-problem.ts';

/** The address of the connection, never what a header says. */
export function clientIp<Subject>(
  addressOf: (subject: Subject) => string,
): (value: string) => Matcher<Subject> {
  return (value) => {
    const range = parseAddressRange(value);
    if (range !== undefined) return { matches: (subject) => range.contains(addressOf(subject)) };
    const list = value.split(/[\s,]+/).filter((part) => part !== '');
    const remedy =
      list.length > 1
        ? `Write ${list.map((part) => `ClientIP(\`${part}\`)`).join(' || ')}.`
        : 'Write one address or one block: ClientIP(`10.0.0.0/8`).';
    throw new RuleMistake(`"${value}" is neither an IP address nor a block of them.`, { remedy });
  };
}

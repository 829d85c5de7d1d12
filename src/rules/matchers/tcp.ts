import type { Greeting } from '../../model/stream.ts';
import { anyOf, type Matcher, type MatcherTable, one, requireAscii } from '../matcher.ts';
import { compilePattern } from '../patterns.ts';
import { RuleMistake } from '../rule-problem.ts';
import { clientIp } from './client-ip.ts';
import { afterFirstLabel, withoutTrailingDot } from './host.ts';
import { templatePattern } from './v2-template.ts';

const SERVER_NAME = /^(?:\*\.)?[\w.:-]+$/;
const ACME_PROTOCOL = 'acme-tls/1';
const clientAddress = clientIp(({ clientAddress: address }: Greeting) => address);

export const tcpMatchers: MatcherTable<Greeting> = {
  HostSNI: one(hostSni),
  HostSNIRegexp: one(hostSniRegexp),
  ClientIP: one(clientAddress),
  ALPN: one(alpn),
};

export const tcpMatchersV2: MatcherTable<Greeting> = {
  HostSNI: anyOf(hostSni),
  HostSNIRegexp: anyOf(hostSniTemplate),
  ClientIP: anyOf(clientAddress),
  ALPN: anyOf(alpn),
};

function hostSni(value: string): Matcher<Greeting> {
  if (value === '*') return { matches: () => true };
  if (!SERVER_NAME.test(value)) {
    throw new RuleMistake(`"${value}" is no server name.`, {
      remedy: 'Write HostSNI(`example.com`) or HostSNI(`*`).',
    });
  }
  const name = withoutTrailingDot(value.toLowerCase());
  return {
    hosts: [name],
    matches: ({ serverName }) => serverName !== undefined && sameName(serverName, name),
  };
}

function sameName(serverName: string, name: string): boolean {
  return name.startsWith('*.')
    ? afterFirstLabel(serverName) === name.slice(1)
    : withoutTrailingDot(serverName) === name;
}

function hostSniRegexp(pattern: string): Matcher<Greeting> {
  requireAscii(pattern, 'HostSNIRegexp');
  const regexp = compilePattern(pattern);
  return { matches: ({ serverName }) => regexp.test(serverName ?? '') };
}

function hostSniTemplate(template: string): Matcher<Greeting> {
  return hostSniRegexp(`(?i)^${templatePattern(template, '[^.]+')}$`);
}

function alpn(value: string): Matcher<Greeting> {
  if (value === ACME_PROTOCOL) throw new RuleMistake(`${ACME_PROTOCOL} is reserved for certificates.`);
  return { matches: (connection) => connection.alpn.includes(value) };
}

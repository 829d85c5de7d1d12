/** The children of the configuration as pairing knows them: all have names, some are for the secret to pair. */
import type { ConfiguredChild } from '../../pairing/joining.ts';
import type { ChildOptions, MulticlusterOptions } from './options.ts';

const usualPorts: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

export const configuredChildren = ({ children }: Pick<MulticlusterOptions, 'children'>): ConfiguredChild[] =>
  Object.entries(children).map(([name, { address, serversTransport }]) => {
    const { host, port, protocol } = new URL(address);
    return {
      name,
      address: port === '' ? `${host}:${usualPorts[protocol]}` : host,
      bySecret: protocol === 'https:' && trustsNobody(serversTransport),
    };
  });

/** It is reached by TLS, and nothing says how it is known. */
const trustsNobody = ({ certificates, rootCAs, insecureSkipVerify }: ChildOptions['serversTransport']) =>
  certificates.length === 0 && rootCAs.length === 0 && !insecureSkipVerify;

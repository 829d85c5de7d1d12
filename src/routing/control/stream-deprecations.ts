import type { Merged } from './merge.ts';
import type { TcpOutcome } from './stream-runtime.ts';

/** An option that works, but will go. */
export interface Deprecation {
  readonly word: 'tcp service' | 'tcp middleware';
  /** Qualified. */
  readonly name: string;
  readonly option: string;
  readonly remedy: string;
}

/** Of what is in use. */
export function tcpDeprecations({ services, middlewares }: TcpOutcome, merged: Merged): Deprecation[] {
  return [
    ...[...services.keys()].flatMap((name) => serviceDeprecations(name, merged)),
    ...[...middlewares.keys()].flatMap((name) => middlewareDeprecations(name, merged)),
  ];
}

function serviceDeprecations(name: string, { tcpServices }: Merged): Deprecation[] {
  const { proxyProtocol, terminationDelay } = tcpServices.get(name)?.value.loadBalancer ?? {};
  const written = [
    ...(proxyProtocol === undefined ? [] : ['proxyProtocol']),
    ...(terminationDelay === undefined ? [] : ['terminationDelay']),
  ];
  return written.map((option) => ({
    word: 'tcp service',
    name,
    option: `loadBalancer.${option}`,
    remedy: `Set ${option} in a serversTransport, and name it in loadBalancer.serversTransport.`,
  }));
}

function middlewareDeprecations(name: string, { tcpMiddlewares }: Merged): Deprecation[] {
  if (tcpMiddlewares.get(name)?.value.ipWhiteList === undefined) return [];
  return [{ word: 'tcp middleware', name, option: 'ipWhiteList', remedy: 'Write ipAllowList.' }];
}

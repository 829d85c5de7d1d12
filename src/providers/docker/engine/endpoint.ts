/**
 * Where the engine is and how to speak to it: options first, then the usual `DOCKER_*` variables over
 * them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import type { dockerProviderOptions } from '../options.ts';

type EndpointOptions = Pick<
  z.output<typeof dockerProviderOptions>,
  'endpoint' | 'username' | 'password' | 'tls'
>;
type Environment = Readonly<Record<string, string | undefined>>;

export interface Endpoint {
  /** As it was written, for messages. */
  readonly address: string;
  readonly transport: 'unix' | 'http' | 'https' | 'ssh';
  /** Path of the socket (`unix`) or host name. */
  readonly host: string;
  readonly port: number | undefined;
  /** Path in front of the API, for engines behind another proxy. */
  readonly pathPrefix: string;
  readonly user: string | undefined;
  /** Value of the `Authorization` header. */
  readonly authorization: string | undefined;
  readonly tls: EndpointTls | undefined;
  /** Set when the version must not be negotiated. */
  readonly apiVersion: string | undefined;
}

export interface EndpointTls {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly rejectUnauthorized: boolean;
}

export class EndpointError extends Error {}

/** Reads the certificates anew each time, so that renewed ones count from the next connection on. */
export function resolveEndpoint(options: EndpointOptions, environment: Environment): Endpoint {
  const address = environment['DOCKER_HOST'] || options.endpoint;
  const tls = environmentTls(environment) ?? configuredTls(options.tls);
  return {
    ...place(address, tls !== undefined),
    authorization: basicAuthorization(options),
    tls,
    apiVersion: environment['DOCKER_API_VERSION'] || undefined,
  };
}

type Place = Pick<Endpoint, 'address' | 'transport' | 'host' | 'port' | 'pathPrefix' | 'user'>;

function place(address: string, secured: boolean): Place {
  if (address.startsWith('unix://')) {
    const host = address.slice('unix://'.length) || '/var/run/docker.sock';
    return { address, transport: 'unix', host, port: undefined, pathPrefix: '', user: undefined };
  }
  const url = URL.parse(address.includes('://') ? address : `tcp://${address}`);
  const transport = url?.hostname ? transportOf(url.protocol, secured) : undefined;
  if (!url || !transport) {
    throw new EndpointError(
      `the endpoint "${address}" is none of unix:///path, tcp://host:port, http(s)://host:port, ssh://user@host`,
    );
  }
  return {
    address: withoutPassword(url),
    transport,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port ? Number(url.port) : defaultPorts[transport],
    pathPrefix: url.pathname.replace(/\/+$/, ''),
    user: decodeURIComponent(url.username) || undefined,
  };
}

const defaultPorts = { http: 2375, https: 2376, ssh: undefined, unix: undefined };

function transportOf(protocol: string, secured: boolean): Endpoint['transport'] | undefined {
  if (protocol === 'tcp:' || protocol === 'http:') return secured ? 'https' : 'http';
  if (protocol === 'https:') return 'https';
  return protocol === 'ssh:' ? 'ssh' : undefined;
}

function withoutPassword(url: URL): string {
  return `${url.protocol}//${url.username ? `${url.username}@` : ''}${url.host}${url.pathname.replace(/\/$/, '')}`;
}

function basicAuthorization({ username, password }: EndpointOptions): string | undefined {
  if (!username || !password) return undefined;
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function environmentTls(environment: Environment): EndpointTls | undefined {
  const folder = environment['DOCKER_CERT_PATH'];
  if (!folder) return undefined;
  return {
    ca: readFileSync(join(folder, 'ca.pem'), 'utf8'),
    cert: readFileSync(join(folder, 'cert.pem'), 'utf8'),
    key: readFileSync(join(folder, 'key.pem'), 'utf8'),
    rejectUnauthorized: Boolean(environment['DOCKER_TLS_VERIFY']),
  };
}

function configuredTls(tls: EndpointOptions['tls']): EndpointTls | undefined {
  return (
    tls && {
      ca: fileOrContent(tls.ca),
      cert: fileOrContent(tls.cert),
      key: fileOrContent(tls.key),
      rejectUnauthorized: !tls.insecureSkipVerify,
    }
  );
}

function fileOrContent(value: string): string | undefined {
  if (value === '') return undefined;
  return value.includes('-----BEGIN') ? value : readFileSync(value, 'utf8');
}

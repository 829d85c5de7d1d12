import type { EntryPointOptions } from '../schema/entry-point.ts';

/** What routing takes from the static configuration. */
export interface RoutingOptions {
  readonly entryPoints: readonly RoutingEntryPoint[];
  /** `''` when nobody has said it. */
  readonly defaultRuleSyntax: string;
  /** Providers, the one that wins at equal priority first. */
  readonly precedence: readonly string[];
  readonly api?: { readonly insecure: boolean };
  readonly ping?: { readonly entryPoint: string; readonly manualRouting: boolean };
  /** How servers are reached unless their service says otherwise. */
  readonly serversTransport: DefaultTransport;
  /** The same for TCP; undefined where nothing was said. */
  readonly tcpServersTransport?: DefaultTcpTransport | undefined;
  /** Path of the unix socket on which the control plane answers. */
  readonly apiSocket: string;
  /** Where it tells metrics, and whether a router leads there by itself; undefined when nobody wants them. */
  readonly prometheus?: {
    readonly entryPoint: string;
    readonly manualRouting: boolean;
    readonly socket: string;
  };
  /** This node has children: a service of theirs that is not known yet is waited for. */
  readonly multicluster: boolean;
  /** Peers may ask on uplink entry points what pairing needs. */
  readonly pairing?: boolean;
}

export interface DefaultTransport {
  readonly insecureSkipVerify: boolean;
  readonly rootCAs: string[];
  readonly maxIdleConnsPerHost: number;
  readonly forwardingTimeouts: {
    readonly dialTimeout: number;
    readonly responseHeaderTimeout: number;
    readonly idleConnTimeout: number;
  };
}

export interface DefaultTcpTransport {
  readonly dialKeepAlive: number;
  readonly dialTimeout: number;
  readonly terminationDelay: number;
  readonly tls?: { readonly insecureSkipVerify: boolean; readonly rootCAs: string[] } | undefined;
}

export interface RoutingEntryPoint {
  readonly name: string;
  readonly kind: 'normal' | 'uplink';
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly options: EntryPointOptions;
}

/** As documented for Traefik; the multicluster provider comes last. */
export const defaultPrecedence: readonly string[] = [
  'kubernetesgateway',
  'kubernetescrd',
  'kubernetes',
  'kubernetesingressnginx',
  'swarm',
  'docker',
  'file',
  'redis',
  'knative',
  'consul',
  'consulcatalog',
  'nomad',
  'etcd',
  'ecs',
  'http',
  'zookeeper',
  'rest',
  'multicluster',
];

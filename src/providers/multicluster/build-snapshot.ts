import type { ProblemSource } from '../../model/problem.ts';
import { emptyConfiguration } from '../../routing/schema/dynamic-configuration.ts';
import type { LoadBalancer } from '../../routing/schema/load-balancer.ts';
import type { ServersTransport } from '../../routing/schema/servers-transport.ts';
import type { HttpService } from '../../routing/schema/service.ts';
import type { Snapshot } from '../provider.ts';
import { admitUplinks } from './admit-uplinks.ts';
import type { ChildReport } from './child.ts';
import { makesSuspect } from './failure.ts';
import type { MulticlusterOptions } from './options.ts';
import { type PlannedService, planServices, type UplinkOfChild, unambiguousName } from './plan-services.ts';
import { ownCertificateProblems } from './own-certificate.ts';
import { failureProblems, identityProblems, laterProblems } from './report-problems.ts';

const provider = 'multicluster';

export interface SnapshotInit {
  readonly options: MulticlusterOptions;
  /** The stable id of this node. */
  readonly node: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Turns what is known of all children into one snapshot. What has not changed stays the same object. */
export class SnapshotBuilder {
  readonly #init: SnapshotInit;
  #services = new Map<string, HttpService>();
  #transports = new Map<ChildReport['credentials'], ServersTransport>();

  constructor(init: SnapshotInit) {
    this.#init = init;
  }

  build(reports: readonly ChildReport[]): Snapshot {
    const usable = reports.filter(({ answer, credentials }) => answer && credentials);
    const admissions = usable.map(({ name, options, answer, failure }) => ({
      child: name,
      isSuspect: failure !== undefined && makesSuspect(failure),
      ...admitUplinks(name, options, answer?.uplinks ?? []),
    }));
    const plan = planServices(admissions);
    const empty = emptyConfiguration();
    return {
      provider,
      configuration: {
        ...empty,
        http: {
          ...empty.http,
          services: this.#buildServices(
            plan.services,
            new Map(usable.map((report) => [report.name, report])),
          ),
          serversTransports: this.#buildTransports(usable),
        },
      },
      problems: [
        ...laterProblems(this.#init.options),
        ...failureProblems(reports),
        ...identityProblems(reports, this.#init.node),
        ...reports.flatMap((report) => ownCertificateProblems(report, this.#init.now())),
        ...admissions.flatMap(({ problems }) => problems),
        ...plan.problems,
      ],
      origins: originsOf(plan.services),
    };
  }

  #buildServices(
    planned: readonly PlannedService[],
    reports: ReadonlyMap<string, ChildReport>,
  ): Record<string, HttpService> {
    const kept = this.#services;
    this.#services = new Map();
    const services = planned.map((service): [string, HttpService] => {
      const key = JSON.stringify(service);
      const built = kept.get(key) ?? buildService(service, reports.get(service.child)?.address);
      this.#services.set(key, built);
      return [service.name, built];
    });
    return Object.fromEntries(services);
  }

  #buildTransports(usable: readonly ChildReport[]): Record<string, ServersTransport> {
    const kept = this.#transports;
    this.#transports = new Map();
    const transports = usable.map((report): [string, ServersTransport] => {
      const built = kept.get(report.credentials) ?? buildTransport(report);
      this.#transports.set(report.credentials, built);
      return [transportName(report.name), built];
    });
    return Object.fromEntries(transports);
  }
}

const transportName = (child: string) => `multicluster-${child}`;

function buildService(service: PlannedService, address: URL | undefined): HttpService {
  if (service.kind === 'child') return { loadBalancer: towardsChild(service, address), middlewares: [] };
  const services = service.parts.map(({ child, weight, spare }) => ({
    name: `${unambiguousName(service.uplink, child)}@${provider}`,
    weight,
    ...(spare && { spare }),
  }));
  return { weighted: { services }, middlewares: [] };
}

/** The path and the Host of the client reach the child as they are. */
function towardsChild(
  { uplink, child, healthCheck, passiveHealthCheck }: UplinkOfChild,
  address: URL | undefined,
): LoadBalancer {
  return {
    servers: [{ url: address?.origin ?? '', preservePath: false, uplink }],
    passHostHeader: true,
    strategy: 'wrr',
    responseForwarding: { flushInterval: 100 },
    serversTransport: transportName(child),
    healthCheck,
    passiveHealthCheck,
  };
}

/** The text of the files instead of their names: discovery and traffic never use different ones. */
function buildTransport({ options, credentials }: ChildReport): ServersTransport {
  const { rootCAs = [], certificates = [] } = credentials ?? {};
  return { ...options.serversTransport, rootCAs: [...rootCAs], certificates: [...certificates] };
}

function originsOf(services: readonly PlannedService[]): Map<string, ProblemSource> {
  return new Map(
    services.map(({ name, child }) => [`service ${name}@${provider}`, { provider, child }] as const),
  );
}

import { duration, flag, free, list, map, structure } from '../../config/options.ts';
import { dockerProviderOptions } from '../../providers/docker/options.ts';
import { fileProviderOptions } from '../../providers/file/options.ts';

const absent = (name: string) =>
  free({ allowEmpty: true, notYet: `there is no provider for ${name} yet` }).optional();

const swarm = structure(
  { ...dockerProviderOptions.shape, refreshSeconds: duration().default(15_000) },
  { allowEmpty: true, notYet: 'there is no provider for Swarm yet' },
);

export const providersOptions = structure({
  /** 0: changes apply at once. Traefik waits two seconds between two changes of one provider. */
  providersThrottleDuration: duration(),
  precedence: list(),
  docker: dockerProviderOptions.optional(),
  file: fileProviderOptions.optional(),
  swarm: swarm.optional(),
  rest: structure(
    { insecure: flag() },
    { allowEmpty: true, notYet: 'configuration cannot be sent by REST yet' },
  ).optional(),
  kubernetesIngress: absent('Kubernetes Ingress'),
  kubernetesIngressNGINX: absent('Kubernetes Ingress of NGINX'),
  kubernetesCRD: absent('Kubernetes resources'),
  kubernetesGateway: absent('Kubernetes Gateway'),
  knative: absent('Knative'),
  consulCatalog: absent('Consul Catalog'),
  consul: absent('Consul'),
  nomad: absent('Nomad'),
  ecs: absent('ECS'),
  etcd: absent('etcd'),
  redis: absent('Redis'),
  zooKeeper: absent('ZooKeeper'),
  http: absent('HTTP'),
  plugin: map(free({ allowEmpty: true }), { notYet: 'plugins of Traefik cannot run here' }),
});

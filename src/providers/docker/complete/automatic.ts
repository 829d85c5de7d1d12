/**
 * The router and the services of a container whose labels say nothing of them: as labels without content
 * give them.
 */
import { decodeLabels } from '../../../config/labels.ts';
import { labelConfiguration } from '../../../routing/schema/dynamic-configuration.ts';

const saidNothing = {
  'traefik.http.routers.automatic': '',
  'traefik.http.services.automatic.loadbalancer.server.port': '',
  'traefik.tcp.services.automatic.loadbalancer.server.port': '',
  'traefik.udp.services.automatic.loadbalancer.server.port': '',
  'traefik.http.uplinks.automatic': '',
};

const { value } = decodeLabels(labelConfiguration, saidNothing, {
  root: 'traefik',
  prefixes: ['traefik.'],
  source: {},
});

export const automaticRouter = theOne(value?.http.routers);
export const automaticUplink = theOne(value?.http.uplinks);
export const automaticHttpService = theOne(value?.http.services);
export const automaticTcpService = theOne(value?.tcp.services);
export const automaticUdpService = theOne(value?.udp.services);

function theOne<T>(elements: Readonly<Record<string, T>> | undefined): T {
  const element = elements?.['automatic'];
  if (element === undefined) throw new TypeError('The schema of labels refuses the simplest labels.');
  return element;
}

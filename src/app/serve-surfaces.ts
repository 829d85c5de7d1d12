import type { RequestListener } from 'node:http';
import type { Logger } from '../observability/logger.ts';
import { createServer } from '../support/node-http.ts';
import { createApiListener } from '../surfaces/api/api-listener.ts';
import { bearerToken, placeIsProof } from '../surfaces/api/authorization.ts';
import { createPeerListener, peersPrefix } from '../surfaces/peers/peer-listener.ts';
import { apiSurroundings } from './api-surroundings.ts';
import { apiToken } from './api-token.ts';
import type { Plane } from './plane.ts';
import { PrivateSocket } from './private-socket.ts';
import { serveMetrics } from './serve-metrics.ts';

/** Opens the places where the node can be asked: by workers for what their routers let through, and by the command line. */
export async function serveSurfaces(plane: Plane): Promise<void> {
  const { configuration, files, places, pairing, log, stack, metricsSocket } = plane;
  // Before the workers wait for what is under way: a stream never ends by itself.
  const stopping = new AbortController();
  stack.defer(() => stopping.abort());
  const common = { surroundings: apiSurroundings(plane), stopping: stopping.signal, onFault: reporter(log) };
  const api = createApiListener({
    ...common,
    basePath: configuration.api?.basePath ?? '/',
    authorize: bearerToken(apiToken(configuration.api, files)),
  });
  await places.socket.serve(createServer(eitherOf(api, peerListener(plane))));
  if (pairing) {
    const control = createApiListener({ ...common, basePath: '/', authorize: placeIsProof });
    await stack.use(new PrivateSocket(places.directory, 'control')).serve(createServer(control));
  }
  if (metricsSocket) await serveMetrics(metricsSocket, { ...plane, certificate: places.certificate });
}

/** What peers ask about pairing comes the same way as what routers let through to the API. */
const eitherOf =
  (api: RequestListener, peers: RequestListener): RequestListener =>
  (request, response) =>
    request.url?.startsWith(`${peersPrefix}/`) ? peers(request, response) : api(request, response);

const questionsPrefix = '/api/pairing/';

/** Who is told that something is so finds it so: what workers serve has followed by then. */
function peerListener({ pairing, configurator, log }: Plane): RequestListener {
  return createPeerListener({
    answerPeer: async (peer, { path, body }) => {
      const answer = await pairing?.answerPeer(peer, path.slice(questionsPrefix.length), body);
      await configurator.settle();
      return answer;
    },
    onFault: reporter(log),
  });
}

const reporter = (log: Logger) => (error: Error) =>
  log.error('The API could not answer.', { error: error.stack });

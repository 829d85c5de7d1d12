import { Agent, buildConnector, Client, type Dispatcher, H2CClient, interceptors } from 'undici';
import type { HttpQuestion } from './checked-service.ts';
import { httpTarget, tlsOf } from './http-target.ts';
import type { Probe } from './probe.ts';

/** As many as browsers and Go follow. */
const redirectionsMax = 10;

/** The status of the answer is as it should be. Each time over a new connection: that is part of being well. */
export function httpProbe(question: HttpQuestion): Probe {
  const { method, headers, status, followRedirects, transport } = question;
  const { url, http2 } = httpTarget(question);
  const allowH2 = http2 || !transport.disableHTTP2;
  const secure = { ...tlsOf(transport, url.hostname), allowH2, useH2c: http2 };
  const connector = buildConnector(secure);
  const connect: buildConnector.connector = (to, done) =>
    // The name that the certificate is asked for does not follow the field Host.
    connector({ ...to, servername: secure.servername }, done);
  const follow = interceptors.redirect({ maxRedirections: followRedirects ? redirectionsMax : 0 });
  return async (signal) => {
    const agent = new Agent({
      connect,
      allowH2,
      factory: (origin, options) =>
        http2 ? new H2CClient(origin, options) : new Client(origin, options as Client.Options),
    });
    try {
      const answer = await agent.compose(follow).request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: method as Dispatcher.HttpMethod,
        headers: { 'User-Agent': 'fairlead-health', ...headers },
        signal,
      });
      answer.body.on('error', ignore).destroy();
      if (!isWell(answer.statusCode, status)) throw new Error(`it answers with status ${answer.statusCode}`);
    } finally {
      await agent.destroy();
    }
  };
}

const isWell = (status: number, wanted: number): boolean =>
  wanted === 0 ? status >= 200 && status < 400 : status === wanted;

function ignore(): void {
  // The head has said it all.
}

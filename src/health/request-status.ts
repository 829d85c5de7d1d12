import { Agent, buildConnector, Client, type Dispatcher, H2CClient, interceptors } from 'undici';
import type { HttpQuestion } from './checked-service.ts';
import type { HttpTarget, tlsOf } from './http-target.ts';

/** As many as browsers and Go follow. */
const redirectionsMax = 10;

export interface StatusRequest {
  readonly target: HttpTarget;
  readonly secure: ReturnType<typeof tlsOf>;
  readonly signal: AbortSignal;
}

/** The status that a server answers with, over a connection of its own. */
export async function requestStatus(question: HttpQuestion, request: StatusRequest): Promise<number> {
  const { method, headers, followRedirects } = question;
  const { url } = request.target;
  const follow = interceptors.redirect({ maxRedirections: followRedirects ? redirectionsMax : 0 });
  const agent = new Agent(agentOptions(question, request));
  try {
    const answer = await agent.compose(follow).request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: method as Dispatcher.HttpMethod,
      headers: { 'User-Agent': 'fairlead-health', ...headers },
      signal: request.signal,
    });
    answer.body.on('error', ignore).destroy();
    return answer.statusCode;
  } finally {
    await agent.destroy();
  }
}

function agentOptions({ transport }: HttpQuestion, { target, secure }: StatusRequest): Agent.Options {
  const { url, http2 } = target;
  const allowH2 = http2 || !transport.disableHTTP2;
  const options = { ...secure, allowH2, useH2c: http2 };
  const connector = buildConnector(options);
  return {
    allowH2,
    // The name that the certificate is asked for does not follow the field Host.
    connect: (to, done) =>
      connector(
        { ...to, servername: to.hostname === url.hostname ? secure.servername : to.servername },
        done,
      ),
    factory: (origin, options) =>
      http2 ? new H2CClient(origin, options) : new Client(origin, options as Client.Options),
  };
}

function ignore(): void {
  // The head has said it all.
}

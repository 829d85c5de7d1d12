import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type ContainerState, inspection, summary } from './container-views.ts';

const apiVersion = '1.47';
const minApiVersion = '1.24';
const engineVersion = '27.5.1';

/**
 * The part of the Docker Engine API that Fairlead asks for, over containers that somebody else runs: `/_ping`,
 * `/version`, `/containers/json`, `/containers/{id}/json`, `/networks` and `/events`, with and without `/v1.NN`.
 */
export class EngineApi implements AsyncDisposable {
  readonly #containers: ReadonlyMap<string, ContainerState>;
  readonly #streams = new Set<ServerResponse>();
  readonly #server: Server;

  /** The map is read at each question: whoever runs the containers changes it and then tells with `emit`. */
  constructor(containers: ReadonlyMap<string, ContainerState>) {
    this.#containers = containers;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  listen(socket: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject).listen(socket, () => resolve());
    });
  }

  /** Tells everybody who listens to `/events`. */
  emit(action: string, container: ContainerState): void {
    const attributes = { ...container.labels, image: container.image, name: container.name };
    const event = {
      Type: 'container',
      Action: action,
      Actor: { ID: container.id, Attributes: attributes },
      scope: 'local',
      time: Math.floor(Date.now() / 1000),
      timeNano: Date.now() * 1e6,
    };
    for (const stream of this.#streams) stream.write(`${JSON.stringify(event)}\n`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url!, 'http://engine');
    const path = url.pathname.replace(/^\/v\d+\.\d+(?=\/)/, '');
    response.setHeader('Api-Version', apiVersion).setHeader('Server', `Docker/${engineVersion} (linux)`);
    const inspected = /^\/containers\/([^/]+)\/json$/.exec(path)?.[1];
    if (path === '/_ping') response.end(request.method === 'HEAD' ? undefined : 'OK');
    else if (path === '/version') json(response, version);
    else if (path === '/containers/json') json(response, this.#list(url.searchParams.get('all')));
    else if (inspected !== undefined) this.#inspect(inspected, response);
    else if (path === '/networks') json(response, networks);
    else if (path === '/events') this.#stream(response);
    else json(response, { message: 'page not found' }, 404);
  }

  #list(all: string | null): object[] {
    const everything = all === '1' || all === 'true';
    return [...this.#containers.values()].filter(({ running }) => running || everything).map(summary);
  }

  #inspect(reference: string, response: ServerResponse): void {
    const named = ({ id, name }: ContainerState) => id === reference || name === reference;
    const found = [...this.#containers.values()].find(named);
    if (found) json(response, inspection(found));
    else json(response, { message: `No such container: ${reference}` }, 404);
  }

  #stream(response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'application/json' }).flushHeaders();
    this.#streams.add(response);
    response.on('close', () => this.#streams.delete(response));
  }
}

const version = {
  Platform: { Name: 'Stand-in' },
  Components: [],
  Version: engineVersion,
  ApiVersion: apiVersion,
  MinAPIVersion: minApiVersion,
  Os: 'linux',
  Arch: 'amd64',
  KernelVersion: '6.1.0',
};

const networks = [
  { Name: 'bridge', Id: 'bridge', Scope: 'local', Driver: 'bridge', Labels: {}, Options: {} },
];

function json(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}

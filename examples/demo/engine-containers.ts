import Docker from 'dockerode';
import { type ContainerPlan, type Containers, servicePort } from './containers.ts';
import { makeImage } from './image.ts';

const image = 'fairlead-demo:latest';
const networkName = 'fairlead-demo';
/** The service ends at once when asked to. */
const stopSeconds = 2;
const notFound = 404;

/** Real containers. Each publishes its port on this machine's loopback, so that the demo works with Docker Desktop too. */
export class EngineContainers implements Containers {
  readonly description = 'the containers are real ones, on the Docker Engine of this machine';
  readonly endpoint: string;
  readonly #docker: Docker;
  readonly #names = new Set<string>();

  static async open(endpoint: string): Promise<EngineContainers> {
    const docker = new Docker(connection(endpoint));
    await makeImage(docker, image);
    await ignoringNotFound(docker.getNetwork(networkName).remove());
    await docker.createNetwork({ Name: networkName });
    return new EngineContainers(endpoint, docker);
  }

  private constructor(endpoint: string, docker: Docker) {
    this.endpoint = endpoint;
    this.#docker = docker;
  }

  async run({ name, labels }: ContainerPlan): Promise<void> {
    await this.remove(name);
    this.#names.add(name);
    const port = `${servicePort}/tcp`;
    const container = await this.#docker.createContainer({
      name,
      Image: image,
      Labels: labels,
      Env: [`NAME=${name}`, `PORT=${servicePort}`],
      HostConfig: {
        NetworkMode: networkName,
        PortBindings: { [port]: [{ HostIp: '127.0.0.1', HostPort: '' }] },
      },
    });
    await container.start();
  }

  async start(name: string): Promise<void> {
    await this.#docker.getContainer(name).start();
  }

  async stop(name: string): Promise<void> {
    await this.#docker.getContainer(name).stop({ t: stopSeconds });
  }

  async remove(name: string): Promise<void> {
    this.#names.delete(name);
    await ignoringNotFound(this.#docker.getContainer(name).remove({ force: true }));
  }

  stopCommand(name: string): string {
    return `docker stop ${name}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of [...this.#names]) await this.remove(name);
    await ignoringNotFound(this.#docker.getNetwork(networkName).remove());
    await ignoringNotFound(this.#docker.getImage(image).remove());
  }
}

/** The endpoint of an engine that answers: `DOCKER_HOST`, else the usual socket. */
export async function reachableEngine(): Promise<string | undefined> {
  const endpoint = process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock';
  try {
    await new Docker({ ...connection(endpoint), timeout: 10_000 }).ping();
    return endpoint;
  } catch {
    return undefined;
  }
}

export function connection(endpoint: string): Docker.DockerOptions {
  const url = new URL(endpoint);
  return url.protocol === 'unix:' ? { socketPath: url.pathname } : { host: url.hostname, port: url.port };
}

async function ignoringNotFound(done: Promise<unknown>): Promise<void> {
  try {
    await done;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== notFound) throw error;
  }
}

import { randomBytes } from 'node:crypto';
import type Docker from 'dockerode';
import { makeImage } from '../../examples/demo/image.ts';

export interface TestContainer {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Containers on a network of their own, with the service of the demo inside; gone when disposed. */
export class TestContainers implements AsyncDisposable {
  /** Sets the containers, the network and the image of one test file apart from those of others. */
  readonly mark = `fairlead-test-${randomBytes(4).toString('hex')}`;
  readonly #docker: Docker;
  readonly #names = new Set<string>();

  static async open(docker: Docker): Promise<TestContainers> {
    const containers = new TestContainers(docker);
    await makeImage(docker, `${containers.image}:latest`);
    await docker.createNetwork({ Name: containers.mark });
    return containers;
  }

  private constructor(docker: Docker) {
    this.#docker = docker;
  }

  get image(): string {
    return this.mark;
  }

  async run({ name, labels }: TestContainer): Promise<void> {
    const container = await this.#docker.createContainer({
      name: this.#full(name),
      Image: this.image,
      Labels: { ...labels, 'test.mark': this.mark },
      Env: [`NAME=${name}`],
      HostConfig: { NetworkMode: this.mark },
    });
    this.#names.add(name);
    await container.start();
  }

  async stop(name: string): Promise<void> {
    await this.#docker.getContainer(this.#full(name)).stop({ t: 2 });
  }

  async start(name: string): Promise<void> {
    await this.#docker.getContainer(this.#full(name)).start();
  }

  async remove(name: string): Promise<void> {
    this.#names.delete(name);
    await this.#docker.getContainer(this.#full(name)).remove({ force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of [...this.#names]) await this.remove(name);
    await this.#docker.getNetwork(this.mark).remove();
    await this.#docker.getImage(this.image).remove();
  }

  #full(name: string): string {
    return `${this.mark}-${name}`;
  }
}

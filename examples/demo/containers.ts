/** What the story needs of a Docker Engine; a real one and the stand-in both give it. */
export interface Containers extends AsyncDisposable {
  /** For the reader: what kind of containers these are. */
  readonly description: string;
  /** For `providers.docker.endpoint`. */
  readonly endpoint: string;
  /** As `docker run --detach`: the service of `service.mjs` with these labels. */
  run(container: ContainerPlan): Promise<void>;
  /** As `docker stop`. */
  stop(name: string): Promise<void>;
  /** As `docker start`. */
  start(name: string): Promise<void>;
  /** As `docker rm --force`. */
  remove(name: string): Promise<void>;
  /** How the reader stops this container by hand. */
  stopCommand(name: string): string;
}

export interface ContainerPlan {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Port of the service inside a container. */
export const servicePort = 8080;

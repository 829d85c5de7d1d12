/** A container as the stand-in knows it, and the two views of it that the Engine API has. */
export interface ContainerState {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdMs: number;
  readonly running: boolean;
  readonly pid: number;
  /** Port in the container; on this machine's loopback the published one. */
  readonly port: number;
  readonly publishedPort: number;
}

/** An entry of `GET /containers/json`. */
export function summary(container: ContainerState): object {
  const { id, name, image, labels, createdMs, running, port, publishedPort } = container;
  return {
    Id: id,
    Names: [`/${name}`],
    Image: image,
    Labels: labels,
    Created: Math.floor(createdMs / 1000),
    State: running ? 'running' : 'exited',
    Status: running ? 'Up' : 'Exited (0)',
    Ports: running ? [{ IP: '127.0.0.1', PrivatePort: port, PublicPort: publishedPort, Type: 'tcp' }] : [],
    HostConfig: { NetworkMode: 'bridge' },
    NetworkSettings: { Networks: attachments(container) },
    Mounts: [],
  };
}

/** The answer of `GET /containers/{id}/json`. */
export function inspection(container: ContainerState): object {
  const { id, name, image, labels, createdMs, running, pid, port, publishedPort } = container;
  const exposed = `${port}/tcp`;
  const bindings = { [exposed]: [{ HostIp: '127.0.0.1', HostPort: String(publishedPort) }] };
  return {
    Id: id,
    Name: `/${name}`,
    Created: new Date(createdMs).toISOString(),
    Image: image,
    State: {
      Status: running ? 'running' : 'exited',
      Running: running,
      Paused: false,
      Restarting: false,
      Pid: pid,
    },
    HostConfig: { NetworkMode: 'bridge', PortBindings: bindings },
    Config: { Image: image, Labels: labels, ExposedPorts: { [exposed]: {} } },
    NetworkSettings: { Ports: running ? bindings : {}, Networks: attachments(container) },
  };
}

function attachments({ running }: ContainerState): object {
  const address = running ? '127.0.0.1' : '';
  return {
    bridge: { NetworkID: 'bridge', IPAddress: address, IPPrefixLen: 8, GlobalIPv6Address: '', Gateway: '' },
  };
}

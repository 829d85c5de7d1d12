/** A container as far as routing depends on it. Two that are equal here lead to the same routes. */
import { z } from 'zod';

export interface Container {
  readonly id: string;
  /** Without the leading slash. */
  readonly name: string;
  /** RFC 3339. */
  readonly created: string;
  /** `running`, `paused`, `exited`, …; empty when the engine does not say. */
  readonly status: string;
  /** `healthy`, `unhealthy`, `starting`; empty without a health check. */
  readonly health: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `bridge`, `host`, `container:<id or name>`, or the name of a network. */
  readonly networkMode: string;
  /** By name. */
  readonly networks: readonly AttachedNetwork[];
  /** Exposed ports, published or not, by number. */
  readonly ports: readonly ExposedPort[];
}

export interface AttachedNetwork {
  readonly name: string;
  readonly ipv4: string;
  readonly ipv6: string;
}

export interface ExposedPort {
  readonly number: number;
  /** `tcp`, `udp`, `sctp`. */
  readonly protocol: string;
  readonly bindings: readonly { readonly address: string; readonly port: string }[];
}

const word = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const record = <T extends z.ZodType>(value: T) =>
  z
    .record(z.string(), value)
    .nullish()
    .transform((map) => map ?? {});

/** The answer to `GET /containers/{id}/json`; engines leave out what does not apply, or say null. */
const inspection = z.object({
  Id: z.string().min(1),
  Name: z.string(),
  Created: word,
  State: z.object({ Status: word, Health: z.object({ Status: word }).nullish() }).nullish(),
  Config: z.object({ Labels: record(z.string()) }).nullish(),
  HostConfig: z.object({ NetworkMode: word }).nullish(),
  NetworkSettings: z
    .object({
      Networks: record(z.object({ IPAddress: word, GlobalIPv6Address: word }).nullable()),
      Ports: record(z.array(z.object({ HostIp: word, HostPort: word })).nullable()),
    })
    .nullish(),
});

/** Throws a ZodError when the engine's answer is no container. */
export function readContainer(answer: unknown): Container {
  const { Id, Name, Created, State, Config, HostConfig, NetworkSettings } = inspection.parse(answer);
  return {
    id: Id,
    name: Name.replace(/^\//, ''),
    created: Created,
    status: State?.Status ?? '',
    health: State?.Health?.Status ?? '',
    labels: Config?.Labels ?? {},
    networkMode: HostConfig?.NetworkMode ?? '',
    networks: readNetworks(NetworkSettings?.Networks ?? {}),
    ports: readPorts(NetworkSettings?.Ports ?? {}),
  };
}

type Inspection = z.output<typeof inspection>;
type Settings = NonNullable<Inspection['NetworkSettings']>;

function readNetworks(networks: Settings['Networks']): AttachedNetwork[] {
  return Object.entries(networks)
    .map(([name, settings]) => ({
      name,
      ipv4: settings?.IPAddress ?? '',
      ipv6: settings?.GlobalIPv6Address ?? '',
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function readPorts(ports: Settings['Ports']): ExposedPort[] {
  return Object.entries(ports)
    .map(([key, bindings]) => {
      const [number = '', protocol = 'tcp'] = key.split('/');
      const places = (bindings ?? []).map(({ HostIp, HostPort }) => ({ address: HostIp, port: HostPort }));
      return { number: Number(number), protocol, bindings: places };
    })
    .filter((port) => Number.isInteger(port.number))
    .sort((one, other) => one.number - other.number || (one.protocol < other.protocol ? -1 : 1));
}

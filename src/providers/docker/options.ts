/** Static options `providers.docker.*`. */
import { duration, flag, structure, text } from '../../config/options.ts';

export const dockerProviderOptions = structure(
  {
    exposedByDefault: flag().default(true),
    constraints: text(),
    allowEmptyServices: flag(),
    network: text(),
    useBindPortIP: flag(),
    watch: flag().default(true),
    defaultRule: text().default('Host(`{{ normalize .Name }}`)'),
    endpoint: text().default('unix:///var/run/docker.sock'),
    username: text(),
    password: text({ secret: true }),
    httpClientTimeout: duration(),
    tls: structure({
      ca: text(),
      cert: text(),
      key: text({ secret: true }),
      insecureSkipVerify: flag(),
    }).optional(),
  },
  { allowEmpty: true },
);

/** A schema with one option of each kind, as rooms declare theirs. */
import {
  decimal,
  duration,
  flag,
  free,
  int64,
  integer,
  list,
  map,
  oneOf,
  structure,
  structures,
  text,
} from '../../src/config/options.ts';

const domain = structure({ main: text(), sans: list() });

const router = structure({
  rule: text(),
  entryPoints: list().optional(),
  priority: int64().optional(),
  tls: structure({ options: text(), domains: structures(domain) }, { allowEmpty: true }).optional(),
  observability: structure({ tracing: flag().default(true) }).optional(),
});

const service = structure({
  loadBalancer: structure({
    servers: structures(structure({ port: text(), weight: integer().min(0).max(100).optional() }), {
      labelName: 'server',
    }),
    interval: duration().default(100),
    passHostHeader: flag({ alwaysShown: true }).default(true),
  }).optional(),
  weighted: structure(
    { services: structures(structure({ name: text(), weight: integer() })) },
    {
      hiddenInLabels: true,
    },
  ).optional(),
});

const middleware = structure({
  headers: structure({ custom: map(text()) }).optional(),
  stripPrefix: structure({ prefixes: list().default(['/']) }).optional(),
  rateLimit: structure({ average: integer(), share: decimal().default(1) }).optional(),
  auth: structure({
    users: list({ secret: true }),
    mode: oneOf(['plain', 'strict']).default('plain'),
  }).optional(),
  plugin: map(free()),
  later: structure({ size: integer() }, { allowEmpty: true, notYet: 'it comes later' }).optional(),
});

export const example = structure({
  http: structure({ routers: map(router), services: map(service), middlewares: map(middleware) }),
});

import { elementKinds, protocols } from '../../operations/catalogue.ts';
import { getEntryPoint, listEntryPoints } from '../../operations/entry-points.ts';
import { getElement } from '../../operations/get-element.ts';
import { getOverview } from '../../operations/get-overview.ts';
import { getRawData } from '../../operations/get-raw-data.ts';
import { getVersion } from '../../operations/get-version.ts';
import { listElements } from '../../operations/list-elements.ts';
import { listProblems } from '../../operations/list-problems.ts';
import { listUplinks } from '../../operations/list-uplinks.ts';
import type { Operation } from '../../operations/operation.ts';
import { type ApiAnswer, jsonAnswer, pageAnswer, uplinkAnswer } from './answers.ts';
import { invite, joinChild, listPeers, renew, revoke, rollOver, withdraw } from '../../operations/pairing.ts';
import type { Surroundings } from '../../operations/surroundings.ts';

/** A path of the API and the operation behind it. */
export interface ApiRoute {
  /** `GET` answers `HEAD`, too; what is asked of the others comes as JSON. */
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Segments of the path; `:name` takes one segment, decoded. */
  readonly path: string;
  readonly operation: Operation;
  /** Known from the path alone. */
  readonly fixed?: Readonly<Record<string, string>>;
  readonly answer: (output: never, surroundings: Surroundings) => ApiAnswer;
}

const elementRoutes: ApiRoute[] = protocols.flatMap((protocol) =>
  elementKinds
    .filter((kind) => protocol !== 'udp' || kind !== 'middlewares')
    .flatMap((kind): ApiRoute[] => [
      {
        method: 'GET',
        path: `/api/${protocol}/${kind}`,
        operation: listElements,
        fixed: { protocol, kind },
        answer: pageAnswer,
      },
      {
        method: 'GET',
        path: `/api/${protocol}/${kind}/:name`,
        operation: getElement,
        fixed: { protocol, kind },
        answer: jsonAnswer,
      },
    ]),
);

/** For whoever runs this node. */
const pairingRoutes: ApiRoute[] = [
  { method: 'GET', path: '/api/pairing', operation: listPeers, answer: jsonAnswer },
  { method: 'POST', path: '/api/pairing/invitations', operation: invite, answer: jsonAnswer },
  { method: 'DELETE', path: '/api/pairing/invitations/:id', operation: withdraw, answer: jsonAnswer },
  { method: 'POST', path: '/api/pairing/children', operation: joinChild, answer: jsonAnswer },
  { method: 'POST', path: '/api/pairing/renewals', operation: renew, answer: jsonAnswer },
  { method: 'POST', path: '/api/pairing/authorities', operation: rollOver, answer: jsonAnswer },
  { method: 'DELETE', path: '/api/pairing/peers/:name', operation: revoke, answer: jsonAnswer },
];

/** Below `api.basePath`. The last one is asked by this node's own uplink entry points only. */
export const apiRoutes: readonly ApiRoute[] = [
  { method: 'GET', path: '/api/version', operation: getVersion, answer: jsonAnswer },
  { method: 'GET', path: '/api/overview', operation: getOverview, answer: jsonAnswer },
  { method: 'GET', path: '/api/rawdata', operation: getRawData, answer: jsonAnswer },
  { method: 'GET', path: '/api/problems', operation: listProblems, answer: jsonAnswer },
  { method: 'GET', path: '/api/entrypoints', operation: listEntryPoints, answer: jsonAnswer },
  { method: 'GET', path: '/api/entrypoints/:name', operation: getEntryPoint, answer: jsonAnswer },
  ...elementRoutes,
  ...pairingRoutes,
  { method: 'GET', path: '/uplink-entry-points/:entryPoint', operation: listUplinks, answer: uplinkAnswer },
];

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
import type { Surroundings } from '../../operations/surroundings.ts';

/** A path of the API and the operation behind it. */
export interface ApiRoute {
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
        path: `/api/${protocol}/${kind}`,
        operation: listElements,
        fixed: { protocol, kind },
        answer: pageAnswer,
      },
      {
        path: `/api/${protocol}/${kind}/:name`,
        operation: getElement,
        fixed: { protocol, kind },
        answer: jsonAnswer,
      },
    ]),
);

/** Below `api.basePath`. The last one is asked by this node's own uplink entry points only. */
export const apiRoutes: readonly ApiRoute[] = [
  { path: '/api/version', operation: getVersion, answer: jsonAnswer },
  { path: '/api/overview', operation: getOverview, answer: jsonAnswer },
  { path: '/api/rawdata', operation: getRawData, answer: jsonAnswer },
  { path: '/api/problems', operation: listProblems, answer: jsonAnswer },
  { path: '/api/entrypoints', operation: listEntryPoints, answer: jsonAnswer },
  { path: '/api/entrypoints/:name', operation: getEntryPoint, answer: jsonAnswer },
  ...elementRoutes,
  { path: '/uplink-entry-points/:entryPoint', operation: listUplinks, answer: uplinkAnswer },
];

import Docker from 'dockerode';
import { connection, reachableEngine } from '../../examples/demo/engine-containers.ts';

/** The engine the tests run on; undefined where none can be reached. */
export const endpoint = process.env['FAIRLEAD_TEST_DOCKER_HOST'] ?? (await reachableEngine());

/** For `skip` of a test. */
export const noEngine =
  endpoint === undefined && 'no Docker Engine is reachable (FAIRLEAD_TEST_ENGINE=install brings one)';

/** Whether tests may start an engine of their own, one that they can kill. */
export const noPrivateEngine =
  process.env['FAIRLEAD_TEST_ENGINE'] !== 'install' &&
  'kills the engine: only with FAIRLEAD_TEST_ENGINE=install';

export const dockerAt = (address: string): Docker => new Docker(connection(address));

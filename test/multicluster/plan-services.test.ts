import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planServices } from '../../src/providers/multicluster/plan-services.ts';
import type { AdvertisedUplink } from '../../src/providers/multicluster/uplink-list.ts';

const uplink = (name: string, weight = 1, state: AdvertisedUplink['state'] = 'ready') => ({
  name,
  weight,
  state,
});

const namesOf = (...offers: Parameters<typeof planServices>[0]) =>
  planServices(offers).services.map((service) =>
    service.kind === 'all'
      ? `${service.name} = ${service.parts.map(({ child, weight, spare }) => `${child}:${spare ? 'spare ' : ''}${weight}`).join(' ')}`
      : `${service.name} = ${service.uplink} on ${service.child}`,
  );

test('an uplink of two children makes one service over both and one for each', () => {
  const services = namesOf(
    { child: 'east', uplinks: [uplink('api', 80)] },
    { child: 'west', uplinks: [uplink('api', 20)] },
  );
  assert.deepEqual(services, [
    'api = east:80 west:20',
    'api-east = api on east',
    'api@east = api on east',
    'api-west = api on west',
    'api@west = api on west',
  ]);
});

test('all forms are there with one child, and without any there are none', () => {
  assert.deepEqual(namesOf({ child: 'east', uplinks: [uplink('api')] }), [
    'api = east:1',
    'api-east = api on east',
    'api@east = api on east',
  ]);
  assert.deepEqual(namesOf({ child: 'east', uplinks: [] }), []);
});

test('a child that drains stands back while another is ready, and not when none is', () => {
  const east = { child: 'east', uplinks: [uplink('api', 80, 'draining')] };
  const all = (weight: number) =>
    planServices([east, { child: 'west', uplinks: [uplink('api', weight)] }]).services[0];
  assert.deepEqual(partsOf(all(20)), ['spare 80', '20']);
  assert.deepEqual(partsOf(all(0)), ['80', '0']);
  assert.deepEqual(namesOf(east)[0], 'api = east:80');
});

const partsOf = (service: ReturnType<typeof planServices>['services'][number] | undefined) =>
  service?.kind === 'all'
    ? service.parts.map(({ weight, spare }) => `${spare ? 'spare ' : ''}${weight}`)
    : undefined;

test('of two that make one name the child configured first keeps it, and both have another', () => {
  const { services, problems } = planServices([
    { child: 'eu-1', uplinks: [uplink('api')] },
    { child: '1', uplinks: [uplink('api-eu')] },
  ]);
  const named = new Map(services.map((service) => [service.name, service.child]));
  assert.equal(named.get('api-eu-1'), 'eu-1');
  assert.equal(named.get('api-eu@1'), '1');
  assert.equal(problems.length, 1);
  assert.match(
    problems[0]!.text,
    /api-eu-1@multicluster.*uplink api of the child eu-1.*uplink api-eu of the child 1/,
  );
  assert.match(problems[0]!.remedy!, /api-eu@1@multicluster/);
});

test('a name of its own goes before the name with the child in it on the same child', () => {
  const { services, problems } = planServices([{ child: 'eu', uplinks: [uplink('api'), uplink('api-eu')] }]);
  assert.equal(services.find(({ name }) => name === 'api-eu')?.kind, 'all');
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['uplink-name-collision'],
  );
});

test('a child that cannot be heard gets requests when no other one can take them', () => {
  const east = { child: 'east', uplinks: [uplink('api', 80)] };
  const west = { child: 'west', uplinks: [uplink('api', 20)] };
  const silent = (offer: typeof east) => ({ ...offer, isSuspect: true });
  const [first] = namesOf(silent(east), west);
  assert.equal(first, 'api = east:spare 80 west:20');
  const [both] = namesOf(silent(east), silent(west));
  assert.equal(both, 'api = east:80 west:20');
  const [spare] = namesOf(silent(east), { child: 'west', uplinks: [uplink('api', 20, 'draining')] });
  assert.equal(spare, 'api = east:80 west:20');
  const [none] = namesOf(silent(east), { child: 'west', uplinks: [uplink('api', 0)] });
  assert.equal(none, 'api = east:80 west:0');
});

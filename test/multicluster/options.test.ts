import assert from 'node:assert/strict';
import { test } from 'node:test';
import { optionsOf, parseOptions } from './options-for-tests.ts';

const address = 'https://child1.example.com:9443';

test('the defaults are those of the contract', () => {
  const options = optionsOf({ children: { one: { address } } });
  const { pollInterval, pollTimeout, watch, staleAfter, enabled } = options;
  assert.deepEqual(
    { pollInterval, pollTimeout, watch, staleAfter, enabled },
    {
      pollInterval: 5_000,
      pollTimeout: 5_000,
      watch: true,
      staleAfter: 0,
      enabled: true,
    },
  );
  const { allow, maxWeight, priority, serversTransport } = options.children.one!;
  assert.deepEqual({ allow, maxWeight, priority }, { allow: [], maxWeight: undefined, priority: 0 });
  assert.equal(serversTransport.maxIdleConnsPerHost, 200);
});

test('an interval is whole seconds or a duration', () => {
  assert.equal(optionsOf({ pollInterval: 7 }).pollInterval, 7_000);
  assert.equal(optionsOf({ pollInterval: '250ms' }).pollInterval, 250);
});

const mistakes: [options: object, text: RegExp][] = [
  [{ pollInterval: 0 }, /pollInterval.*must be more than 0/],
  [{ pollInterval: '-1s' }, /pollInterval.*must be more than 0/],
  [{ pollTimeout: 0 }, /pollTimeout/],
  [{ staleAfter: '-1s' }, /staleAfter/],
  [{ children: { 'eu.1': { address } } }, /without dots/],
  [{ children: { 'eu@1': { address } } }, /name of a child/],
  [{ children: { one: { address: 'child1:9443' } } }, /children\.one\.address.*https:\/\/child1/],
  [{ children: { one: { address: 'https://child1:9443/api' } } }, /without a path/],
  [{ children: { one: { address: 'https://user@child1:9443' } } }, /address/],
  [{ children: { one: { address: 'ftp://child1' } } }, /address/],
  [{ children: { one: { allow: ['x'] } } }, /children\.one\.address/],
  [{ children: { one: { address, maxWeight: -1 } } }, /maxWeight/],
  [{ children: { one: { address, adress: 'x' } } }, /no option "adress"/],
];

test('a mistake is refused by its name', () => {
  for (const [options, text] of mistakes) {
    const { value, problems } = parseOptions(options);
    assert.equal(value, undefined, JSON.stringify(options));
    assert.match(problems.map((problem) => problem.text).join('\n'), text);
  }
});

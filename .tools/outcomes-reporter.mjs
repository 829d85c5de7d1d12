// A reporter for node:test that counts the outcomes and keeps the names of skipped tests, as one JSON text.

export default async function* outcomes(events) {
  const result = { passed: 0, failed: 0, skipped: [] };
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.details?.type === 'suite') continue;
    if (data.skip !== undefined) result.skipped.push({ name: data.name, reason: reasonOf(data.skip) });
    else if (type === 'test:fail') result.failed += 1;
    else result.passed += 1;
  }
  yield JSON.stringify(result);
}

const reasonOf = (skip) => (typeof skip === 'string' ? skip : '');

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { passwordMatches } from '../../src/middlewares/basic-auth/password.ts';
import { readUsers } from '../../src/middlewares/users.ts';

test('passwords are checked against every kind of hash that htpasswd writes', async () => {
  const cases: [password: string, hash: string][] = [
    ['pear-1', '$apr1$saltsalt$GmEte.Q8kLlzkVjk4cED2.'],
    ['plum-2', '$2y$04$ERy/RHe9EgLRu./Xc4tge.LgLjb3UAmJ.mj8Uff3Qc4ynapELI.Oe'],
    ['kiwi-3', '{SHA}LysQycP+mXjTF8KONfI1sAOjroM='],
    ['fig-4', '$1$grainofs$xHEXHsIxtTnTioJfX8fyb.'],
  ];
  for (const [password, hash] of cases) {
    assert.equal(await passwordMatches(password, hash), true, hash);
    assert.equal(await passwordMatches(`${password}x`, hash), false, hash);
    assert.equal(await passwordMatches('', hash), false, hash);
  }
});

test('users of the option come after those of the file, and a bad line is named without its secret', () => {
  const files: Readonly<Record<string, string>> = { '/users': '# people\n\nanna:one\n' };
  const reading = { parts: 2, file: (path: string) => files[path]! };
  assert.deepEqual(readUsers({ users: ['anna:two'], usersFile: '/users' }, reading), [
    ['anna', 'one'],
    ['anna', 'two'],
  ]);
  assert.throws(
    () => readUsers({ users: ['anna:a:secret'], usersFile: '' }, reading),
    (error: Error) => /user 1 \("anna"\)/.test(error.message) && !error.message.includes('secret'),
  );
});

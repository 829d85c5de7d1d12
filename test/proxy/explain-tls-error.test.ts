import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainTlsError } from '../../src/proxy/explain-tls-error.ts';

function failure(code: string, more: object = {}): Error {
  return Object.assign(new Error('as OpenSSL puts it'), { code, ...more });
}

const cases: [string, Error, RegExp | undefined][] = [
  [
    'an unknown authority',
    failure('UNABLE_TO_VERIFY_LEAF_SIGNATURE'),
    /not signed by an authority .* add that authority to rootCAs/,
  ],
  ['a self-signed certificate', failure('DEPTH_ZERO_SELF_SIGNED_CERT'), /self-signed/],
  ['an expired certificate', failure('CERT_HAS_EXPIRED'), /expired; renew it/],
  ['a certificate of tomorrow', failure('CERT_NOT_YET_VALID'), /compare the clocks/],
  [
    'no IP address among the names',
    failure('ERR_TLS_CERT_ALTNAME_INVALID', { host: '10.0.0.7', cert: { subjectaltname: 'DNS:child' } }),
    /no IP address among its names \(it has DNS:child\).*add IP:10\.0\.0\.7/,
  ],
  [
    'another IP address',
    failure('ERR_TLS_CERT_ALTNAME_INVALID', {
      host: '10.0.0.7',
      cert: { subjectaltname: 'IP Address:10.0.0.8' },
    }),
    /not for the address 10\.0\.0\.7 \(it has IP Address:10\.0\.0\.8\)/,
  ],
  [
    'another name',
    failure('ERR_TLS_CERT_ALTNAME_INVALID', { host: 'a.test', cert: { subjectaltname: 'DNS:b.test' } }),
    /not for a\.test \(it has DNS:b\.test\); set serverName/,
  ],
  [
    'a server that wants a certificate',
    failure('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', { message: 'tlsv13 alert certificate required' }),
    /requires a client certificate/,
  ],
  [
    'plain HTTP',
    failure('ERR_SSL_WRONG_VERSION_NUMBER', { message: 'wrong version number' }),
    /use http instead/,
  ],
  ['a refused connection', failure('ECONNREFUSED'), undefined],
];

for (const [what, error, expected] of cases) {
  test(`${what} is ${expected === undefined ? 'no failure of TLS' : 'explained'}`, () => {
    const text = explainTlsError(error);
    if (expected === undefined) assert.equal(text, undefined);
    else assert.match(text ?? '', expected);
  });
}

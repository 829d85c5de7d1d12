import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Problem } from '../../src/model/problem.ts';
import { TlsMaterial, type TlsSection } from '../../src/tls/tls-material.ts';
import { WatchedFiles } from '../../src/tls/watched-files.ts';
import { Pki } from './pki.ts';

const pki = new Pki();
const files = new WatchedFiles();
after(() => {
  pki[Symbol.dispose]();
  files[Symbol.dispose]();
});

const generated = pki.issue('generated', { san: 'DNS:generated.example' });
const plum = pki.issue('plum', { san: 'DNS:Plum.example,IP:::1' });
const source = { provider: 'file' };
const noOptions = {
  minVersion: '',
  maxVersion: '',
  cipherSuites: [],
  curvePreferences: [],
  sniStrict: false,
  alpnProtocols: [],
  disableSessionTickets: false,
};

const read = (section: Partial<TlsSection>, now?: () => number) =>
  new TlsMaterial({ files, generated, now }).read({ certificates: [], options: {}, ...section });

const codes = (problems: readonly Problem[]): string[] => problems.map(({ code }) => code);

test('certificates are read from files and from the text itself', () => {
  const { certificates, problems } = read({
    certificates: [
      { certFile: plum.certFile, keyFile: plum.keyFile, source },
      { certFile: plum.cert, keyFile: plum.key, source },
    ],
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(
    certificates.map(({ names }) => names),
    [['::1', 'plum.example'], ['generated.example']],
    'the same pair is there once',
  );
});

test('a pair that cannot be used is a problem and takes nothing else down', () => {
  const missing = join(pki.folder, 'missing.crt');
  const { certificates, problems } = read({
    certificates: [
      { certFile: missing, keyFile: plum.keyFile, source },
      { certFile: plum.certFile, keyFile: generated.keyFile, source },
      { certFile: plum.keyFile, keyFile: plum.keyFile, source },
      { certFile: plum.certFile, keyFile: plum.certFile, source },
      { certFile: plum.certFile, keyFile: plum.keyFile, source },
    ],
  });
  assert.equal(certificates.length, 2);
  assert.deepEqual(
    problems.map(({ text }) => text.replaceAll(pki.folder, '')),
    [
      'The certificate /missing.crt is not used: there is no file /missing.crt.',
      'The certificate /plum.crt is not used: the key does not belong to the certificate.',
      'The certificate /plum.key is not used: the certificate is not one in PEM form.',
      'The certificate /plum.crt is not used: the key is not one in PEM form.',
    ],
  );
});

test('files that are replaced by what is of no use change nothing', () => {
  const certFile = join(pki.folder, 'rotated.crt');
  const keyFile = join(pki.folder, 'rotated.key');
  const write = (cert: string, key: string) => {
    writeFileSync(certFile, cert);
    writeFileSync(keyFile, key);
  };
  const later = pki.issue('later.example', { san: 'DNS:later.example' });
  const material = new TlsMaterial({
    files: { contents: (path) => ({ text: readFileSync(path, 'utf8') }), onChange: () => () => {} },
    generated,
  });
  const names = () => {
    const { certificates, problems } = material.read({
      certificates: [{ certFile, keyFile, source }],
      options: {},
    });
    return [certificates[0]?.names[1], ...problems.map(({ text }) => text)];
  };
  write(plum.cert, plum.key);
  assert.deepEqual(names(), ['plum.example']);
  write(later.cert, plum.key);
  const text = `The certificate ${certFile} stays what it was: the key does not belong to the certificate.`;
  assert.deepEqual(names(), ['plum.example', text]);
  assert.deepEqual(names(), ['plum.example', text], 'however often it is looked at');
  write(plum.cert, plum.key);
  assert.deepEqual(names(), ['plum.example']);
});

test('the default certificate is the chosen one, or else the generated one', () => {
  const chosen = read({ defaultCertificate: { certFile: plum.certFile, keyFile: plum.keyFile, source } });
  const shown = chosen.certificates.find(({ name }) => name === chosen.defaultCertificate);
  assert.deepEqual(shown?.names, ['::1', 'plum.example']);
  const broken = read({ defaultCertificate: { certFile: 'nowhere', keyFile: 'nowhere', source } });
  assert.equal(broken.defaultCertificate, read({}).defaultCertificate);
  assert.deepEqual(codes(broken.problems), ['certificate-unusable']);
});

test('a certificate near its end is told in time', () => {
  const old = pki.issue('old', { san: 'DNS:old.example', from: '20200101000000Z', to: '20200301000000Z' });
  const certificates = [{ certFile: old.certFile, keyFile: old.keyFile, source }];
  const problemsAt = (date: string) =>
    codes(read({ certificates }, () => Date.parse(date)).problems).filter(
      (code) => code !== 'certificate-unusable',
    );
  assert.deepEqual(problemsAt('2019-12-31'), ['certificate-not-yet-valid']);
  assert.deepEqual(problemsAt('2020-01-02'), []);
  assert.deepEqual(problemsAt('2020-02-20'), ['certificate-expires-soon']);
  assert.deepEqual(problemsAt('2020-03-02'), ['certificate-expired']);
});

test('authorities alone mean that client certificates are required and verified', () => {
  const clientAuth = { caFiles: [pki.ca.certFile], clientAuthType: '' };
  const { options } = read({ options: { 'mutual@file': { ...noOptions, clientAuth } } });
  assert.equal(options['mutual@file']?.clientAuthType, 'RequireAndVerifyClientCert');
  assert.deepEqual(options['mutual@file']?.clientAuthorities, [pki.ca.cert]);
  assert.equal(options.default?.clientAuthType, 'NoClientCert', 'the built-in set is there as well');
});

test('a set of options with a mistake is left out as a whole', () => {
  const wrong: Record<string, [options: object, text: RegExp]> = {
    version: [{ minVersion: 'VersionTLS14' }, /minVersion does not know VersionTLS14/],
    suite: [{ cipherSuites: ['TLS_RSA_WITH_AES_128_GCM_SHA265'] }, /cipherSuites does not know/],
    curve: [{ curvePreferences: ['P256'] }, /curvePreferences does not know P256/],
    type: [{ clientAuth: { caFiles: [], clientAuthType: 'Require' } }, /clientAuthType does not know/],
    authority: [
      { clientAuth: { caFiles: [], clientAuthType: 'RequireAndVerifyClientCert' } },
      /has no caFiles/,
    ],
    file: [{ clientAuth: { caFiles: ['nowhere.crt'], clientAuthType: '' } }, /there is no file nowhere.crt/],
    default: [{ minVersion: 'TLS12' }, /minVersion/],
  };
  for (const [name, [options, text]] of Object.entries(wrong)) {
    const result = read({ options: { [name]: { ...noOptions, ...options } } });
    assert.equal(result.options[name], undefined, name);
    assert.match(result.problems[0]?.text ?? '', text, name);
  }
});

test('a mistake names the nearest word', () => {
  const { problems } = read({ options: { x: { ...noOptions, minVersion: 'VersionTLS1.2' } } });
  assert.equal(problems[0]?.remedy, 'Write VersionTLS12.');
});

test('a file that changes, vanishes or appears is told', async () => {
  const path = join(pki.folder, 'changing.pem');
  using watched = new WatchedFiles({ pauseMs: 10 });
  const changed = (): Promise<void> =>
    new Promise((resolve) => {
      const stop = watched.onChange(() => {
        stop();
        resolve();
      });
    });
  assert.deepEqual(watched.contents(path), { error: `there is no file ${path}` });
  const steps: [change: () => void, expected: object][] = [
    [() => writeFileSync(path, 'one'), { text: 'one' }],
    [() => writeFileSync(path, 'two'), { text: 'two' }],
    [() => rmSync(path), { error: `there is no file ${path}` }],
  ];
  for (const [change, expected] of steps) {
    const told = changed();
    change();
    await told;
    assert.deepEqual(watched.contents(path), expected);
  }
});

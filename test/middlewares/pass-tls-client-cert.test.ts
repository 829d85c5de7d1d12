import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build, Run } from './trial-run.ts';

/** Self-signed; all its names are in the expectations below. */
const certificate =
  'MIIDDjCCArSgAwIBAgIEB1vNFTAKBggqhkjOPQQDAjCBrzETMBEGCgmSJomT8ixkARkWA29yZzEWMBQGCgmSJomT8i' +
  'xkARkWBmdhcmRlbjELMAkGA1UEBhMCRlIxEjAQBgNVBAgMCVNvbWV3aGVyZTENMAsGA1UEBwwEVG93bjEUMBIGA1UE' +
  'CgwLR2FyZGVuLCBMdGQxDjAMBgNVBAsMBVJvc2VzMQ8wDQYDVQQLDAZUdWxpcHMxCjAIBgNVBAUTATcxDTALBgNVBA' +
  'MMBHJvc2EwHhcNMjYxMTIxMTMyMTQwWhcNMzYxMTE4MTMyMTQwWjCBrzETMBEGCgmSJomT8ixkARkWA29yZzEWMBQG' +
  'CgmSJomT8ixkARkWBmdhcmRlbjELMAkGA1UEBhMCRlIxEjAQBgNVBAgMCVNvbWV3aGVyZTENMAsGA1UEBwwEVG93bj' +
  'EUMBIGA1UECgwLR2FyZGVuLCBMdGQxDjAMBgNVBAsMBVJvc2VzMQ8wDQYDVQQLDAZUdWxpcHMxCjAIBgNVBAUTATcx' +
  'DTALBgNVBAMMBHJvc2EwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATHaZ8DebQ0w2wWWgTaDI+hAqWpgv9b/zkPp2' +
  'bfqPcCt0oUjtQ+hbouruT8/gKhiZ7uivH6HXHRtfRHZxjFW4Xoo4G7MIG4MB0GA1UdDgQWBBSXL8CmsHPj6pYYqZAF' +
  'lqPTyJSgaTAfBgNVHSMEGDAWgBSXL8CmsHPj6pYYqZAFlqPTyJSgaTAPBgNVHRMBAf8EBTADAQH/MGUGA1UdEQReMF' +
  'yGFmh0dHBzOi8vcm9zYS5leGFtcGxlL3iHECABDbgAAAAAAAAAAAAAAAGHBAoAAAGBEXJvc2FAcm9zYS5leGFtcGxl' +
  'ggxyb3NhLmV4YW1wbGWCCWIuZXhhbXBsZTAKBggqhkjOPQQDAgNIADBFAiAQhNeIC34RbLXF4wG2bMweE3cEwqbRMd' +
  'Ywq5auZBbEhAIhANMjWC2Q64hkWy4mYu5s+wKQ2rtrJanJ/3X9uHKYew8y';

const PEM = 'X-Forwarded-Tls-Client-Cert';
const INFO = 'X-Forwarded-Tls-Client-Cert-Info';

/** What the server is told of a client with so many certificates. */
async function told(options: object, count: number, headers = {}): Promise<Readonly<Record<string, string>>> {
  const certificates = Array.from({ length: count }, () => Buffer.from(certificate, 'base64'));
  const tls = {
    serverName: 'a.test',
    options: 'default',
    version: '',
    cipher: '',
    certificates,
    verified: true,
    authorities: [],
    peer: undefined,
  };
  const run = new Run({ headers, client: { tls } }).through(await build('passTLSClientCert', options));
  return run.received[0]!.headers;
}

const info = async (wanted: object, count = 1) =>
  decodeURIComponent((await told({ info: wanted }, count))[INFO]!.replaceAll('+', ' '));

test('the certificates themselves', async () => {
  assert.deepEqual(await told({ pem: true }, 1), { [PEM]: certificate });
  assert.deepEqual(await told({ pem: true }, 2), { [PEM]: `${certificate},${certificate}` });
});

const every = {
  country: true,
  province: true,
  locality: true,
  organization: true,
  commonName: true,
  serialNumber: true,
  domainComponent: true,
};

test('everything there is to tell, in the usual order', async () => {
  const issuer = 'DC=org,DC=garden,C=FR,ST=Somewhere,L=Town,O=Garden, Ltd,SN=7,CN=rosa';
  const subject = issuer.replace(',SN', ',OU=Roses,OU=Tulips,SN');
  const wanted = {
    subject: { ...every, organizationalUnit: true },
    issuer: every,
    serialNumber: true,
    notBefore: true,
    notAfter: true,
    sans: true,
  };
  const names = 'rosa.example,b.example,rosa@rosa.example,2001:db8::1,10.0.0.1,https://rosa.example/x';
  assert.equal(
    await info(wanted),
    `Subject="${subject}";Issuer="${issuer}";SerialNumber="123456789";NB="1795267300";NA="2110627300";SAN="${names}"`,
  );
});

test('only what is asked for, of each certificate', async () => {
  const wanted = { subject: { commonName: true } };
  assert.equal(await info(wanted), 'Subject="CN=rosa"');
  assert.equal(await info(wanted, 2), 'Subject="CN=rosa",Subject="CN=rosa"');
});

test('the whole is escaped like a part of a query', async () => {
  const headers = await told({ info: { subject: { organization: true } } }, 1);
  assert.equal(headers[INFO], 'Subject%3D%22O%3DGarden%2C+Ltd%22');
});

test('what a client claims is replaced; without a certificate it is as it came', async () => {
  const claim = { [PEM]: 'claimed' };
  assert.deepEqual(await told({ pem: true }, 1, claim), { [PEM]: certificate });
  assert.deepEqual(await told({ pem: true }, 0, claim), claim);
});

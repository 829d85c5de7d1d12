import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { define, type TemplateFunctions } from '../functions.ts';

const BASE_32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const paths: TemplateFunctions = {
  base: define(['string'], base),
  dir: define(['string'], (path) => clean(path.slice(0, path.lastIndexOf('/') + 1))),
  clean: define(['string'], clean),
  ext: define(['string'], (path) => /\.[^./]*$/.exec(path)?.[0] ?? ''),
  isAbs: define(['string'], (path) => path.startsWith('/')),
};

export const encodingFunctions: TemplateFunctions = {
  ...paths,
  osBase: paths.base!,
  osDir: paths.dir!,
  osClean: paths.clean!,
  osExt: paths.ext!,
  osIsAbs: paths.isAbs!,
  b64enc: define(['string'], (text) => Buffer.from(text).toString('base64')),
  b64dec: define(['string'], fromBase64),
  b32enc: define(['string'], toBase32),
  b32dec: define(['string'], fromBase32),
  sha1sum: define(['string'], (text) => hash('sha1', text)),
  sha256sum: define(['string'], (text) => hash('sha256', text)),
  sha512sum: define(['string'], (text) => hash('sha512', text)),
  adler32sum: define(['string'], adler32),
};

function base(path: string): string {
  if (path === '') return '.';
  const bare = path.replace(/\/+$/, '');
  return bare === '' ? '/' : bare.slice(bare.lastIndexOf('/') + 1);
}

function clean(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

function hash(algorithm: string, text: string): string {
  return createHash(algorithm).update(text).digest('hex');
}

/** A text that cannot be decoded becomes the error message, as in Sprig. */
function fromBase64(text: string): string {
  const valid = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);
  return valid
    ? Buffer.from(text, 'base64').toString('utf8')
    : `illegal base64 data at input byte ${text.search(/[^A-Za-z0-9+/]|$/)}`;
}

function toBase32(text: string): string {
  const bits = [...Buffer.from(text)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const characters = (bits.match(/.{1,5}/g) ?? []).map(
    (five) => BASE_32[Number.parseInt(five.padEnd(5, '0'), 2)],
  );
  return characters.join('').padEnd(Math.ceil(characters.length / 8) * 8, '=');
}

function fromBase32(text: string): string {
  if (!/^[A-Z2-7]*=*$/.test(text) || text.length % 8 !== 0) return 'illegal base32 data in input';
  const bits = [...text.replace(/=+$/, '')]
    .map((c) => BASE_32.indexOf(c).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2))).toString('utf8');
}

function adler32(text: string): string {
  let low = 1;
  let high = 0;
  for (const byte of Buffer.from(text)) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return String(high * 65536 + low);
}

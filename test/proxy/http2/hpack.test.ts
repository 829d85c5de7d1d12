import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DynamicTable } from '../../../src/proxy/http2/hpack/dynamic-table.ts';
import { HpackDecoder } from '../../../src/proxy/http2/hpack/decoder.ts';
import { HpackEncoder } from '../../../src/proxy/http2/hpack/encoder.ts';
import { decodeHuffman, encodeHuffman, huffmanLength } from '../../../src/proxy/http2/hpack/huffman.ts';
import { RecurringLines } from '../../../src/proxy/recurring-lines.ts';
import { COMPRESSION_ERROR, Http2Error } from '../../../src/proxy/http2/http2-error.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

function decode(decoder: HpackDecoder, block: Buffer): string[] {
  const fields: string[] = [];
  decoder.decode(
    { bytes: block, at: 0, end: block.length },
    { field: ({ name, value }) => fields.push(`${name}: ${value}`) },
  );
  return fields;
}

const get = [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'];

test('blocks of one connection refer to each other (RFC 7541, C.3)', () => {
  const decoder = new HpackDecoder(4096);
  assert.deepEqual(decode(decoder, bytes('828684410f7777772e6578616d706c652e636f6d')), get);
  assert.deepEqual(decode(decoder, bytes('828684be58086e6f2d6361636865')), [
    ...get,
    'cache-control: no-cache',
  ]);
  assert.deepEqual(decode(decoder, bytes('828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565')), [
    ':method: GET',
    ':scheme: https',
    ':path: /index.html',
    ':authority: www.example.com',
    'custom-key: custom-value',
  ]);
});

test('texts may be in the Huffman code (RFC 7541, C.4)', () => {
  const decoder = new HpackDecoder(4096);
  assert.deepEqual(decode(decoder, bytes('828684418cf1e3c2e5f23a6ba0ab90f4ff')), get);
  assert.deepEqual(decode(decoder, bytes('828684be5886a8eb10649cbf')), [...get, 'cache-control: no-cache']);
});

test('a small table forgets its oldest fields (RFC 7541, C.5)', () => {
  const decoder = new HpackDecoder(256);
  const first = [
    ':status: 302',
    'cache-control: private',
    'date: Mon, 21 Oct 2013 20:13:21 GMT',
    'location: https://www.example.com',
  ];
  const block =
    '4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d54' +
    '6e1768747470733a2f2f7777772e6578616d706c652e636f6d';
  assert.deepEqual(decode(decoder, bytes(block)), first);
  assert.deepEqual(decode(decoder, bytes('4803333037c1c0bf')), [':status: 307', ...first.slice(1)]);
  assert.throws(() => decode(decoder, bytes('c2')), Http2Error);
});

const malformed: [what: string, hex: string][] = [
  ['index 0', '80'],
  ['an index beyond the tables', 'be'],
  ['a name beyond the tables', '7f00 01 61'],
  ['a table larger than allowed', '3fe21f'],
  ['a resize behind a field', '82 20'],
  ['three resizes', '20 20 20 82'],
  ['an integer without an end', 'ffff'],
  ['an integer beyond all sizes', 'ffffffffffff7f'],
  ['a text longer than the block', '40 0361'],
  ['a block that ends within a field', '40 0161'],
  ['padding of eight bits', '40 81ff 0161'],
  ['padding that is not ones', '40 8100 0161'],
  ['the end of the text as a symbol', '40 84ffffffff 0161'],
];

for (const [what, hex] of malformed) {
  test(`a block with ${what} is refused`, () => {
    const decoder = new HpackDecoder(4096);
    assert.throws(
      () => decode(decoder, bytes(hex)),
      (error) => error instanceof Http2Error && error.code === COMPRESSION_ERROR && error.stream === 0,
    );
  });
}

test('every byte survives the Huffman code', () => {
  const text = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).latin1Slice(0, 256);
  const coded = Buffer.alloc(huffmanLength(text));
  assert.equal(encodeHuffman(text, coded, 0), coded.length);
  assert.equal(decodeHuffman(coded, 0, coded.length), text);
});

function encodeLines(encoder: HpackEncoder, lines: string): Buffer {
  encoder.begin();
  encoder.lines(lines);
  return blockOf(encoder);
}

function blockOf(encoder: HpackEncoder): Buffer {
  const { bytes: memory, at, end } = encoder.end();
  return Buffer.from(memory.subarray(at, end));
}

test('a line that comes again costs one byte', () => {
  const encoder = new HpackEncoder(4096);
  const decoder = new HpackDecoder(4096);
  const lines = 'Server: apple\r\nX-Long-Name: and a value\r\n';
  const expected = ['server: apple', 'x-long-name: and a value'];
  assert.deepEqual(decode(decoder, encodeLines(encoder, lines)), expected);
  const again = encodeLines(encoder, lines);
  assert.equal(again.length, 2);
  assert.deepEqual(decode(decoder, again), expected);
});

test('what belongs to one connection of HTTP/1 is not sent, and secrets are not remembered', () => {
  const encoder = new HpackEncoder(4096);
  const lines =
    'Connection: close\r\nKeep-Alive: timeout=5\r\nSet-Cookie: a=b\r\nTransfer-Encoding: chunked\r\n';
  const block = encodeLines(encoder, lines);
  assert.deepEqual(decode(new HpackDecoder(4096), block), ['set-cookie: a=b']);
  assert.equal(block[0]! >> 4, 1, 'never indexed');
  assert.deepEqual(encodeLines(encoder, lines), block);
});

test('both sides agree whatever is sent, also when the table is full or changes its size', () => {
  const encoder = new HpackEncoder(4096);
  const decoder = new HpackDecoder(4096);
  for (let round = 0; round < 400; round++) {
    if (round % 50 === 49) encoder.allow(round % 100 === 99 ? 0 : 500);
    if (round % 50 === 0) encoder.allow(4096);
    const fields = [`x-${round % 37}: ${'v'.repeat(round % 90)}é`, `y: ${round}`, 'z: always', 'etag: "1"'];
    const block = encodeLines(encoder, fields.map((field) => `${field}\r\n`).join(''));
    assert.deepEqual(decode(decoder, block), fields);
  }
});

test('lines in another order, left out or pushed out of the table are found all the same', () => {
  const encoder = new HpackEncoder(300);
  encoder.allow(300);
  const decoder = new HpackDecoder(4096);
  const lines = ['a: 1', 'b: 2', 'c: 3', 'etag: 4', 'd: 5', 'e: 6', 'f: 7', 'g: 8', 'h: 9', 'i: 10'];
  for (let round = 0; round < 200; round++) {
    const some = lines.filter((_, index) => ((round * 7) >> (index % 5)) % 2 === 0);
    const sent = round % 3 === 0 ? some.toReversed() : some;
    encoder.begin();
    encoder.pseudo(':authority', `host-${round % 4}`);
    encoder.lines(sent.map((line) => `${line}\r\n`).join(''));
    encoder.contentLength(round);
    const expected = [`:authority: host-${round % 4}`, ...sent, `content-length: ${round}`];
    assert.deepEqual(decode(decoder, blockOf(encoder)), expected);
  }
});

test('recurring lines are the same fields each time, whatever the table has forgotten meanwhile', () => {
  const encoder = new HpackEncoder(300);
  encoder.allow(300);
  const decoder = new HpackDecoder(4096);
  const sets = [
    'A: 1\r\nCookie: c=1\r\nEtag: 2\r\n',
    'B: 2\r\nC: 3\r\nConnection: x\r\n',
    'D: 4\r\nE: 5\r\n',
  ];
  const recurring = sets.map((lines) => new RecurringLines(lines));
  const expected = [
    ['a: 1', 'cookie: c=1', 'etag: 2'],
    ['b: 2', 'c: 3'],
    ['d: 4', 'e: 5'],
  ];
  for (let round = 0; round < 200; round++) {
    const index = (round * 7 + (round >> 3)) % 3;
    encoder.begin();
    encoder.recurring(recurring[index]!);
    if (round % 5 === 0) encoder.lines(`X-Round: ${round}\r\n`);
    const more = round % 5 === 0 ? [`x-round: ${round}`] : [];
    assert.deepEqual(decode(decoder, blockOf(encoder)), [...expected[index]!, ...more]);
  }
});

test('recurring lines cost a byte each, and secrets are not remembered there either', () => {
  const encoder = new HpackEncoder(4096);
  const lines = new RecurringLines('Accept: */*\r\nCookie: a=b\r\n');
  const sizes = [0, 1].map(() => {
    encoder.begin();
    encoder.recurring(lines);
    return blockOf(encoder).length;
  });
  const secret = encodeLines(new HpackEncoder(4096), 'Cookie: a=b\r\n').length;
  assert.equal(sizes[1], 1 + secret);
});

test('a path and a length are remembered when they come twice in a row', () => {
  const encoder = new HpackEncoder(4096);
  const decoder = new HpackDecoder(4096);
  const blockFor = (path: string, length: number): number => {
    encoder.begin();
    encoder.pseudo(':path', path);
    encoder.contentLength(length);
    const block = blockOf(encoder);
    assert.deepEqual(decode(decoder, block), [`:path: ${path}`, `content-length: ${length}`]);
    return block.length;
  };
  for (const index of [1, 2, 3]) blockFor(`/${index}`, index);
  blockFor('/again', 100);
  blockFor('/again', 100);
  assert.equal(blockFor('/again', 100), 2);
  assert.ok(blockFor('/other', 100) > 2);
});

test('a table keeps the order of its fields while it grows and forgets', () => {
  const gone: number[] = [];
  const table = new DynamicTable<{ size: number; id: number }>(40 * 32, ({ id }) => gone.push(id));
  for (let id = 0; id < 100; id++) table.add({ size: 32, id });
  assert.equal(table.count, 40);
  assert.deepEqual([table.at(0)?.id, table.at(39)?.id, table.at(40)], [99, 60, undefined]);
  assert.deepEqual(
    gone,
    Array.from({ length: 60 }, (_, id) => id),
  );
  table.add({ size: 5000, id: 100 });
  assert.equal(table.count, 0);
});

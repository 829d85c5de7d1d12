import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkFrame, unpad } from '../../../src/proxy/http2/check-frame.ts';
import * as frames from '../../../src/proxy/http2/frame.ts';
import { FrameReader } from '../../../src/proxy/http2/frame-reader.ts';
import { HeaderAssembly } from '../../../src/proxy/http2/header-assembly.ts';
import * as codes from '../../../src/proxy/http2/http2-error.ts';
import { frameBytes } from './peer.ts';

/** As a reader gives it. */
function frameOf(type: number, more: { flags?: number; stream?: number; payload: Buffer }): frames.Frame {
  const { flags = 0, stream = 1, payload } = more;
  return Object.assign(new frames.Frame(), {
    type,
    flags,
    stream,
    bytes: payload,
    at: 0,
    end: payload.length,
  });
}

function read(pieces: Buffer[], awaitsPreface = false): string[] {
  const seen: string[] = [];
  const reader = new FrameReader(
    { frame: ({ type, flags, stream, payload }) => seen.push(`${type} ${flags} ${stream} ${payload}`) },
    { awaitsPreface },
  );
  for (const piece of pieces) reader.push(piece);
  return seen;
}

const refusedWith = (code: number) => (error: unknown) =>
  error instanceof codes.Http2Error && error.code === code;

const two = Buffer.concat([
  frameBytes({ type: frames.DATA, flags: 1, stream: 7, payload: Buffer.from('abc') }),
  frameBytes({ type: 0x42, stream: 0x80000009, payload: Buffer.from('') }),
  frameBytes({ type: frames.DATA, stream: 1, payload: Buffer.alloc(16_384, 'x') }),
]);
const twoRead = ['0 1 7 abc', '66 0 9 ', `0 0 1 ${'x'.repeat(16_384)}`];

for (const size of [1, 2, 8, 9, 10, 13, 4000, 20_000]) {
  test(`frames are read in pieces of ${size} bytes`, () => {
    const all = Buffer.concat([frames.preface, two]);
    const pieces = Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
      all.subarray(index * size, (index + 1) * size),
    );
    assert.deepEqual(read(pieces, true), twoRead);
  });
}

test('a frame larger than allowed is refused by its length alone', () => {
  assert.throws(() => read([Buffer.of(0, 64, 1, 0, 0, 0, 0, 0, 1)]), refusedWith(codes.FRAME_SIZE_ERROR));
});

test('who does not begin as HTTP/2 does is refused at the first wrong byte', () => {
  assert.throws(() => read([Buffer.from('PRI * HTTP/1')], true), refusedWith(codes.PROTOCOL_ERROR));
  assert.deepEqual(
    ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nrest', 'PRI *', 'POST'].map((text) =>
      frames.looksLikePreface(Buffer.from(text)),
    ),
    ['yes', 'incomplete', 'no'],
  );
});

const misshapen: [what: string, type: number, stream: number, bytes: number, code: number][] = [
  ['DATA on no stream', frames.DATA, 0, 1, codes.PROTOCOL_ERROR],
  ['SETTINGS on a stream', frames.SETTINGS, 1, 6, codes.PROTOCOL_ERROR],
  ['a PING of seven bytes', frames.PING, 0, 7, codes.FRAME_SIZE_ERROR],
  ['a GOAWAY of seven bytes', frames.GOAWAY, 0, 7, codes.FRAME_SIZE_ERROR],
  ['a WINDOW_UPDATE of five bytes', frames.WINDOW_UPDATE, 1, 5, codes.FRAME_SIZE_ERROR],
  ['a PRIORITY of four bytes', frames.PRIORITY, 1, 4, codes.FRAME_SIZE_ERROR],
];
for (const [what, type, stream, bytes, code] of misshapen) {
  test(`${what} is refused`, () => {
    const frame = frameOf(type, { stream, payload: Buffer.alloc(bytes) });
    assert.throws(() => checkFrame(frame), refusedWith(code));
  });
}

test('padding is taken off, and more of it than there is is refused', () => {
  const unpadded = (payload: Buffer): string => {
    const frame = frameOf(frames.DATA, { flags: frames.PADDED, payload });
    unpad(frame);
    return frame.payload.toString();
  };
  assert.equal(unpadded(Buffer.from([2, 65, 66, 0, 0])), 'AB');
  assert.equal(unpadded(Buffer.from([1, 0])), '');
  for (const wrong of [Buffer.alloc(0), Buffer.from([2, 0])])
    assert.throws(() => unpadded(wrong), refusedWith(codes.PROTOCOL_ERROR));
});

const headers = (flags: number, text: string): frames.Frame =>
  frameOf(frames.HEADERS, { flags, payload: Buffer.from(text) });
const continuation = (flags: number, text: string, stream = 1): frames.Frame =>
  frameOf(frames.CONTINUATION, { flags, stream, payload: Buffer.from(text) });

test('a header block is put together from its pieces', () => {
  const assembly = new HeaderAssembly(100);
  assert.equal(assembly.add(headers(frames.END_STREAM, 'ab')), undefined);
  assert.equal(assembly.add(continuation(0, 'cd')), undefined);
  const section = assembly.add(continuation(frames.END_HEADERS, 'ef'));
  assert.equal(section?.bytes.toString('latin1', section.at, section.end), 'abcdef');
  assert.equal(section.endStream, true);
  assert.equal(assembly.active, false);
});

test('nothing may come between the pieces of a block', () => {
  const assembly = new HeaderAssembly(100);
  assert.throws(() => assembly.guard(continuation(0, '')), refusedWith(codes.PROTOCOL_ERROR));
  assembly.add(headers(0, 'ab'));
  assert.throws(() => assembly.guard(headers(0, '')), refusedWith(codes.PROTOCOL_ERROR));
  assert.throws(() => assembly.add(continuation(0, '', 3)), refusedWith(codes.PROTOCOL_ERROR));
});

test('a block that is too large or in too many pieces is a flood', () => {
  const large = new HeaderAssembly(100);
  large.add(headers(0, 'a'));
  assert.throws(() => large.add(continuation(0, 'b'.repeat(100))), refusedWith(codes.ENHANCE_YOUR_CALM));
  const many = new HeaderAssembly(1_000_000);
  many.add(headers(0, 'a'));
  assert.throws(() => {
    for (let piece = 0; piece < 30; piece++) many.add(continuation(0, ''));
  }, refusedWith(codes.ENHANCE_YOUR_CALM));
});

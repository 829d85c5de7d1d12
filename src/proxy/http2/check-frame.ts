import type { Frame } from './frame.ts';
import * as frames from './frame.ts';
import { FRAME_SIZE_ERROR, Http2Error, PROTOCOL_ERROR } from './http2-error.ts';

interface Shape {
  /** Whether it is about a stream or about the connection; undefined for either. */
  readonly onStream: boolean | undefined;
  readonly lengthMin: number;
  readonly lengthMax: number;
}

function shape(onStream?: boolean, lengthMin = 0, lengthMax = frames.payloadBytesMax): Shape {
  return { onStream, lengthMin, lengthMax };
}

/** By type. */
const shapes: readonly (Shape | undefined)[] = [
  shape(true),
  shape(true),
  shape(true),
  shape(true, 4, 4),
  shape(false),
  shape(true),
  shape(false, 8, 8),
  shape(false, 8),
  shape(undefined, 4, 4),
  shape(true),
];

/** Throws an `Http2Error` when a frame is not of the shape of its type. */
export function checkFrame(frame: Frame): void {
  const { type, flags, stream, length } = frame;
  const expected = shapes[type];
  if (expected === undefined) return;
  if (expected.onStream !== undefined && expected.onStream !== stream > 0) {
    throw new Http2Error(PROTOCOL_ERROR, 'A frame stands on the wrong stream.');
  }
  if (length < expected.lengthMin || length > expected.lengthMax) throw wrongSize();
  if (type === frames.PRIORITY && length !== 5) throw wrongSize(stream);
  if (type === frames.SETTINGS && (flags & frames.ACK) !== 0 && length > 0) throw wrongSize();
}

function wrongSize(stream?: number): Http2Error {
  return new Http2Error(FRAME_SIZE_ERROR, 'A frame has the wrong length for its type.', stream);
}

/** Takes the padding of DATA or HEADERS off. */
export function unpad(frame: Frame): void {
  if ((frame.flags & frames.PADDED) === 0) return;
  const padding = frame.length === 0 ? 0 : frame.bytes[frame.at]!;
  if (padding >= frame.length) throw new Http2Error(PROTOCOL_ERROR, 'The padding is longer than the frame.');
  frame.at++;
  frame.end -= padding;
}

/** Whether five bytes of priority make a stream depend on itself. */
export function dependsOnItself(frame: Frame): boolean {
  return (frame.number(0) & 0x7fffffff) === frame.stream;
}

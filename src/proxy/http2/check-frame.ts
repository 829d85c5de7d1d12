import type { Frame } from './frame.ts';
import * as frames from './frame.ts';
import { FRAME_SIZE_ERROR, Http2Error, PROTOCOL_ERROR } from './http2-error.ts';

interface Shape {
  /** Whether it is about a stream or about the connection; undefined for either. */
  readonly onStream?: boolean;
  readonly length?: number;
  readonly lengthMin?: number;
}

const shapes: readonly (Shape | undefined)[] = [
  { onStream: true },
  { onStream: true },
  { onStream: true },
  { onStream: true, length: 4 },
  { onStream: false },
  { onStream: true },
  { onStream: false, length: 8 },
  { onStream: false, lengthMin: 8 },
  { length: 4 },
  { onStream: true },
];

/** Throws an `Http2Error` when a frame is not of the shape of its type. */
export function checkFrame({ type, flags, stream, payload }: Frame): void {
  const shape = shapes[type];
  if (shape === undefined) return;
  if (shape.onStream !== undefined && shape.onStream !== stream > 0) {
    throw new Http2Error(PROTOCOL_ERROR, 'A frame stands on the wrong stream.');
  }
  const { length = payload.length, lengthMin = 0 } = shape;
  if (payload.length !== length || payload.length < lengthMin) throw wrongSize();
  if (type === frames.PRIORITY && payload.length !== 5) throw wrongSize(stream);
  if (type === frames.SETTINGS && (flags & frames.ACK) !== 0 && payload.length > 0) throw wrongSize();
}

function wrongSize(stream?: number): Http2Error {
  return new Http2Error(FRAME_SIZE_ERROR, 'A frame has the wrong length for its type.', stream);
}

/** The payload of DATA or HEADERS without its padding. */
export function unpadded({ flags, payload }: Frame): Buffer {
  if ((flags & frames.PADDED) === 0) return payload;
  const end = payload.length - (payload[0] ?? 0);
  if (payload.length === 0 || end < 1) {
    throw new Http2Error(PROTOCOL_ERROR, 'The padding is longer than the frame.');
  }
  return payload.subarray(1, end);
}

/** Whether five bytes of priority make a stream depend on itself. */
export function dependsOnItself(payload: Buffer, stream: number): boolean {
  return (payload.readUInt32BE(0) & 0x7fffffff) === stream;
}

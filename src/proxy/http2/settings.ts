import { FLOW_CONTROL_ERROR, FRAME_SIZE_ERROR, Http2Error, PROTOCOL_ERROR } from './http2-error.ts';

export const HEADER_TABLE_SIZE = 0x1;
export const ENABLE_PUSH = 0x2;
export const MAX_CONCURRENT_STREAMS = 0x3;
export const INITIAL_WINDOW_SIZE = 0x4;
export const MAX_FRAME_SIZE = 0x5;
export const MAX_HEADER_LIST_SIZE = 0x6;
export const ENABLE_CONNECT_PROTOCOL = 0x8;

export const windowBytesMax = 0x7fffffff;

/** What the other side has told us; as RFC 9113 has it before that. */
export interface PeerSettings {
  headerTableBytes: number;
  concurrentStreamsMax: number;
  initialWindowBytes: number;
  payloadBytesMax: number;
  connectProtocol: boolean;
}

export function initialPeerSettings(): PeerSettings {
  return {
    headerTableBytes: 4096,
    concurrentStreamsMax: Number.POSITIVE_INFINITY,
    initialWindowBytes: 65_535,
    payloadBytesMax: 16_384,
    connectProtocol: false,
  };
}

/** Applies the payload of a SETTINGS frame; throws an `Http2Error` when it makes no sense. */
export function applySettings(payload: Buffer, settings: PeerSettings): void {
  if (payload.length % 6 !== 0) throw new Http2Error(FRAME_SIZE_ERROR, 'SETTINGS of a wrong length.');
  for (let at = 0; at < payload.length; at += 6) {
    applyOne(settings, { id: payload.readUInt16BE(at), value: payload.readUInt32BE(at + 2) });
  }
}

function applyOne(settings: PeerSettings, { id, value }: { id: number; value: number }): void {
  switch (id) {
    case HEADER_TABLE_SIZE:
      settings.headerTableBytes = value;
      break;
    case ENABLE_PUSH:
      if (value > 1) throw new Http2Error(PROTOCOL_ERROR, 'ENABLE_PUSH is neither 0 nor 1.');
      break;
    case MAX_CONCURRENT_STREAMS:
      settings.concurrentStreamsMax = value;
      break;
    case INITIAL_WINDOW_SIZE:
      if (value > windowBytesMax)
        throw new Http2Error(FLOW_CONTROL_ERROR, 'The initial window is too large.');
      settings.initialWindowBytes = value;
      break;
    case MAX_FRAME_SIZE:
      if (value < 16_384 || value > 0xffffff)
        throw new Http2Error(PROTOCOL_ERROR, 'MAX_FRAME_SIZE is out of range.');
      settings.payloadBytesMax = value;
      break;
    case ENABLE_CONNECT_PROTOCOL:
      if (value > 1) throw new Http2Error(PROTOCOL_ERROR, 'ENABLE_CONNECT_PROTOCOL is neither 0 nor 1.');
      settings.connectProtocol = value === 1;
      break;
  }
}

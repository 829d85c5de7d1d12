/** Error codes of RFC 9113, section 7. */
export const NO_ERROR = 0x0;
export const PROTOCOL_ERROR = 0x1;
export const INTERNAL_ERROR = 0x2;
export const FLOW_CONTROL_ERROR = 0x3;
export const STREAM_CLOSED = 0x5;
export const FRAME_SIZE_ERROR = 0x6;
export const REFUSED_STREAM = 0x7;
export const CANCEL = 0x8;
export const COMPRESSION_ERROR = 0x9;
export const ENHANCE_YOUR_CALM = 0xb;

/** The other side does not keep to the protocol: the end of one stream, or of the connection. */
export class Http2Error extends Error {
  readonly code: number;
  /** 0 when the connection cannot go on. */
  readonly stream: number;

  constructor(code: number, message: string, stream = 0) {
    super(message);
    this.code = code;
    this.stream = stream;
  }
}

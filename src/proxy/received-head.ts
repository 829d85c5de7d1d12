/** The head of a request as its protocol has read it: strictly, but not cleaned. */
export interface ReceivedHead {
  readonly method: string;
  readonly version: '1.0' | '1.1' | '2';
  readonly path: string;
  /** With its `?`, or `''`. */
  readonly query: string;
  readonly host: string;
  /** Lines of all fields that may be sent on. */
  readonly lines: string;
  /** Tokens of `Connection` that name fields, lower-case. */
  readonly connection: readonly string[];
  readonly upgrade: string | undefined;
  /** What a parent asks for, on an uplink entry point; it is not among the lines. */
  readonly uplink: string | undefined;
  /** Some field's name has an underscore. */
  readonly underscored: boolean;
  /**
   * Where the client is believed and has sent all that a proxy like this one tells of whom it serves: the value of
   * `X-Forwarded-For`, which together with `X-Forwarded-Server` is not among the lines. Else undefined.
   */
  readonly forwardedFor: string | undefined;
}

/** What a row of requests holds, after its key; behind it one number for each bucket of the histogram. */
export const KEY = 0;
export const COUNT = 1;
export const SECONDS = 2;
export const REQUEST_BYTES = 3;
export const RESPONSE_BYTES = 4;
export const BUCKETS = 5;

/** What one request adds. */
export interface Measured {
  seconds: number;
  requestBytes: number;
  responseBytes: number;
}

/** What the command line asks of a program that runs: an operation, over its private place. */
export interface ControlRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: object;
}

export type ControlAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly refusal: ControlRefusal };

export interface ControlRefusal {
  readonly message: string;
  readonly code?: string;
  readonly remedy?: string;
}

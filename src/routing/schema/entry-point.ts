import type { RouterTls } from './router.ts';

/** What routing needs to know of an entry point's options. */
export interface EntryPointOptions {
  readonly asDefault: boolean;
  readonly http: {
    readonly redirections?: { readonly entryPoint?: EntryPointRedirection };
    readonly middlewares: readonly string[];
    readonly tls?: RouterTls;
    readonly encodedCharacters?: Readonly<Record<EncodedCharacter, boolean>>;
  };
  readonly observability?: {
    readonly accessLogs: boolean;
    readonly metrics: boolean;
    readonly tracing: boolean;
    readonly traceVerbosity: string;
  };
}

export interface EntryPointRedirection {
  /** Another entry point, or `:port`. */
  readonly to: string;
  readonly scheme: string;
  readonly permanent: boolean;
  readonly priority: bigint;
}

export type EncodedCharacter = `allowEncoded${
  | 'Slash'
  | 'BackSlash'
  | 'NullCharacter'
  | 'Semicolon'
  | 'Percent'
  | 'QuestionMark'
  | 'Hash'}`;

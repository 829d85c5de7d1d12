import type { EncodedCharacter } from '../schema/entry-point.ts';
import type { RouterTls } from '../schema/router.ts';
import type { RoutingEntryPoint, RoutingOptions } from './routing-options.ts';

/** What an entry point gives to each router on it. */
export interface EntryPointModel {
  readonly middlewares: readonly string[];
  readonly tls: RouterTls | undefined;
  readonly deniedEscapes: readonly string[];
  readonly observability: RoutingEntryPoint['options']['observability'];
}

const escapes: Readonly<Record<EncodedCharacter, string>> = {
  allowEncodedSlash: '%2F',
  allowEncodedBackSlash: '%5C',
  allowEncodedNullCharacter: '%00',
  allowEncodedSemicolon: '%3B',
  allowEncodedPercent: '%25',
  allowEncodedQuestionMark: '%3F',
  allowEncodedHash: '%23',
};

/** The entry points as routers see them. */
export class EntryPointModels {
  readonly defaultRuleSyntax: string;
  readonly defaults: readonly string[];
  /** All that routers for everybody may name. */
  readonly normal: readonly string[];
  readonly udp: readonly string[];
  readonly uplink: readonly RoutingEntryPoint[];
  readonly #http: ReadonlySet<string>;
  readonly #uplinks: ReadonlySet<string>;
  readonly #models = new Map<string, EntryPointModel>();

  constructor({ entryPoints, defaultRuleSyntax }: RoutingOptions) {
    const normal = entryPoints.filter(({ kind, protocol }) => kind === 'normal' && protocol === 'tcp');
    this.defaultRuleSyntax = defaultRuleSyntax;
    this.defaults = defaultsOf(normal);
    this.normal = normal.map(({ name }) => name);
    this.udp = entryPoints.filter(({ protocol }) => protocol === 'udp').map(({ name }) => name);
    this.uplink = entryPoints.filter(({ kind }) => kind === 'uplink');
    this.#http = new Set(this.normal);
    this.#uplinks = new Set(this.uplink.map(({ name }) => name));
    for (const entryPoint of [...normal, ...this.uplink]) this.#addModel(entryPoint);
  }

  /** Undefined when the entry point adds nothing: then routers on it stay as they are. */
  model(entryPoint: string): EntryPointModel | undefined {
    return this.#models.get(entryPoint);
  }

  /** Routers for everybody stand here. */
  isNormal(entryPoint: string): boolean {
    return this.#http.has(entryPoint);
  }

  /** Routers for parents stand here, and no others. */
  isUplink(entryPoint: string): boolean {
    return this.#uplinks.has(entryPoint);
  }

  #addModel({ name, options: { http, observability } }: RoutingEntryPoint): void {
    const { middlewares, tls, encodedCharacters } = http;
    const adds =
      middlewares.length > 0 || tls || encodedCharacters || observability || this.defaultRuleSyntax;
    if (!adds) return;
    const denied = Object.entries(escapes).filter(
      ([key]) => encodedCharacters?.[key as EncodedCharacter] === false,
    );
    const deniedEscapes = denied.map(([, escape]) => escape);
    this.#models.set(name, { middlewares, tls, deniedEscapes, observability });
  }
}

/** Those that say so, all if none does; never the one that is there for the API. */
function defaultsOf(normal: readonly RoutingEntryPoint[]): string[] {
  const eligible = normal.filter(({ name }) => name !== 'traefik');
  const chosen = eligible.filter(({ options }) => options.asDefault);
  return (chosen.length > 0 ? chosen : eligible).map(({ name }) => name).sort();
}

interface MediaType {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const TYPE = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+$/;

/** Media types (RFC 9110, 8.3.1) to compare with; parameters count only where they are configured. */
export class MediaTypes {
  readonly #types: readonly MediaType[];

  /** Throws an `Error` that names the text which is no media type. */
  constructor(texts: readonly string[]) {
    this.#types = texts.map((text) => {
      const type = parse(text);
      if (!type) throw new Error(`"${text}" is not a media type such as text/html`);
      return type;
    });
  }

  get empty(): boolean {
    return this.#types.length === 0;
  }

  /** False for a text that is no media type. */
  includes(text: string): boolean {
    const actual = parse(text);
    return actual !== undefined && this.#types.some((wanted) => fits(wanted, actual));
  }
}

export function isMediaType(text: string): boolean {
  return parse(text) !== undefined;
}

function fits(wanted: MediaType, actual: MediaType): boolean {
  if (wanted.type !== actual.type) return false;
  return [...wanted.parameters].every(([name, value]) => actual.parameters.get(name) === value);
}

function parse(text: string): MediaType | undefined {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim());
  if (!TYPE.test(type)) return undefined;
  const parameters = rest.map((parameter) => {
    const [name = '', value = ''] = parameter.split('=', 2);
    return [name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, '$1')] as const;
  });
  return { type: type.toLowerCase(), parameters: new Map(parameters) };
}

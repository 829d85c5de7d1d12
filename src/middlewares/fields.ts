const NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/;

/** Throws an `Error` that names the header which could not be sent. */
export function checkField(name: string, value = ''): void {
  if (!NAME.test(name)) throw new Error(`"${name}" is not the name of a header`);
  if (!isFieldValue(value)) throw new Error(`the value of the header ${name} contains a control character`);
}

/** A name as Go writes it, which is what expressions in options are meant for. */
export function canonicalName(name: string): string {
  return name.toLowerCase().replace(/(?:^|-)[a-z]/g, (initial) => initial.toUpperCase());
}

export function isFieldValue(value: string): boolean {
  return !CONTROL.test(value);
}

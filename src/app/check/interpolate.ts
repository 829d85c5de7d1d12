const reference = /\$(?:\$|\{(\w+)(?:(:?[-+?])([^}]*))?\}|(\w+))/g;

/** Variables as Compose fills them in; a name that nobody sets stands for itself and is reported as open. */
export function interpolate(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): { readonly text: string; readonly open: readonly string[] } {
  const open: string[] = [];
  const filled = text.replace(reference, (whole, braced, operator, operand, plain) => {
    if (whole === '$$') return '$';
    const name: string = braced ?? plain;
    const value = env[name];
    const isSet = value !== undefined && !(operator?.startsWith(':') && value === '');
    if (operator?.endsWith('+')) return isSet ? operand : '';
    if (isSet) return value;
    if (operator?.endsWith('-')) return operand;
    open.push(name);
    return name;
  });
  return { text: filled, open };
}

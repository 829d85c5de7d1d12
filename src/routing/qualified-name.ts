/** `web@docker`: what a provider calls `web`, as everybody else calls it. */

export function qualify(name: string, provider: string): string {
  return name.includes('@') ? name : `${name}@${provider}`;
}

export function providerOf(qualified: string): string {
  return qualified.slice(qualified.lastIndexOf('@') + 1);
}

/** TLS options called `default` belong to no provider. */
export function qualifyTlsOptions(name: string, provider: string): string {
  return name === '' || name === 'default' ? 'default' : qualify(name, provider);
}

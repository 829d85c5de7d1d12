import type { MiddlewareContext, OutsideTls } from './middleware.ts';

/** The shape of `clientTls` in `client-tls-options.ts`. */
interface ClientTls {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly insecureSkipVerify: boolean;
}

/** Reads what the options name. Throws an `Error` that names the file which cannot be read. */
export function outsideTls(
  options: ClientTls | undefined,
  { file }: Pick<MiddlewareContext, 'file'>,
): OutsideTls {
  const { ca = '', cert = '', key = '', insecureSkipVerify = false } = options ?? {};
  if ((cert === '') !== (key === '')) throw new Error('tls: cert and key belong together, one is missing');
  const pem = (fileOrContent: string): string =>
    fileOrContent === '' || fileOrContent.includes('-----BEGIN ') ? fileOrContent : file(fileOrContent);
  return { authorities: pem(ca), certificate: pem(cert), key: pem(key), insecureSkipVerify };
}

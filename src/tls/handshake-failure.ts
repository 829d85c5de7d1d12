/** What a client has against our certificate, by the alert it sent. */
const alerts: readonly (readonly [code: RegExp, text: string])[] = [
  [/ALERT_UNKNOWN_CA/, 'it does not know the authority of the certificate it was shown: see its rootCAs'],
  [/ALERT_CERTIFICATE_EXPIRED/, 'it says that the certificate it was shown has expired'],
  [
    /ALERT_(BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|CERTIFICATE_REVOKED)/,
    'it refuses the certificate it was shown',
  ],
  [
    /ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW/,
    'it speaks no version of TLS that is allowed',
  ],
  [/NO_SHARED_CIPHER/, 'it offers no cipher suite that is allowed'],
  [/NO_APPLICATION_PROTOCOL/, 'it offers no protocol that is served'],
];

/** Why a handshake came to nothing, in words; undefined when the client just went away. */
export function explainHandshakeFailure(error: NodeJS.ErrnoException): string | undefined {
  const code = error.code ?? '';
  if (!code.startsWith('ERR_SSL_') && code !== 'ERR_TLS_HANDSHAKE_TIMEOUT') return undefined;
  const [, text] = alerts.find(([pattern]) => pattern.test(code)) ?? [];
  return text ?? `the TLS handshake failed (${code})`;
}

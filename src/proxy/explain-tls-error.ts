import { isIP } from 'node:net';

interface TlsError extends Error {
  readonly code?: string;
  readonly reason?: string;
  readonly host?: string;
  readonly cert?: {
    readonly subjectaltname?: string;
    readonly subject?: { readonly CN?: string | string[] };
  };
}

const authority =
  'its certificate is not signed by an authority that is trusted here; add that authority to rootCAs';

/** OpenSSL's codes for a certificate that was refused, in words that say what to change. */
const explanations: Readonly<Record<string, string>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: authority,
  UNABLE_TO_GET_ISSUER_CERT: authority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: authority,
  SELF_SIGNED_CERT_IN_CHAIN: authority,
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed; add it to rootCAs if it is to be trusted',
  CERT_HAS_EXPIRED: 'its certificate has expired; renew it',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet; compare the clocks of both machines',
  CERT_REVOKED: 'its certificate has been revoked',
  CERT_SIGNATURE_FAILURE: 'the signature of its certificate is wrong; its authority has another key now',
  INVALID_PURPOSE: 'its certificate is not meant for servers; it needs the extended key usage serverAuth',
  INVALID_CA: 'an authority of its chain may not sign certificates',
};

/** Why TLS with a server failed and what to change, or undefined when it is no failure of TLS. */
export function explainTlsError(error: Error): string | undefined {
  const { code = '', message } = error as TlsError;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `TLS with the server failed: ${wrongName(error)}.`;
  const explanation = explanations[code];
  if (explanation !== undefined) return `TLS with the server failed: ${explanation}.`;
  if (code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') || code === 'EPROTO') {
    return `TLS with the server failed: ${alert(message)}.`;
  }
  return undefined;
}

function wrongName({ host = '', cert }: TlsError): string {
  const names =
    cert?.subjectaltname ?? `no alternative names, only the common name ${String(cert?.subject?.CN)}`;
  if (isIP(host) === 0) {
    return `its certificate is not for ${host} (it has ${names}); set serverName to a name it has`;
  }
  if (!/IP Address:/.test(names)) {
    return (
      `its certificate has no IP address among its names (it has ${names}), but the server is addressed as ` +
      `${host}; add IP:${host} to the certificate, or set serverName to a name it has`
    );
  }
  return `its certificate is not for the address ${host} (it has ${names})`;
}

/** What the server said in the handshake. */
function alert(message: string): string {
  if (/alert.*certificate required|alert number 116/i.test(message)) {
    return 'the server requires a client certificate; set certificates of the serversTransport';
  }
  if (/alert.*unknown ca|alert number 48/i.test(message)) {
    return 'the server does not trust the authority of our client certificate';
  }
  if (/alert.*bad certificate|alert number 42/i.test(message))
    return 'the server refused our client certificate';
  if (/wrong version number|packet length too long/i.test(message)) {
    return 'the server does not speak TLS on this port; use http instead of https';
  }
  return message.trim().replace(/\s+/g, ' ');
}

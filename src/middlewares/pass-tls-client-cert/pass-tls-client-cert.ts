import { X509Certificate } from 'node:crypto';
import { queryEscaped } from '../../support/query-escape.ts';
import type { CreateMiddleware } from '../middleware.ts';
import { describeCertificate } from './describe-certificate.ts';
import type { Options } from './options.ts';

const PEM = 'X-Forwarded-Tls-Client-Cert';
const INFO = 'X-Forwarded-Tls-Client-Cert-Info';

type Certificates = readonly Uint8Array[];

/** Tells the server which certificates the client has shown. */
export const create: CreateMiddleware<Options> = ({ pem, info }) => {
  const told = (certificates: Certificates) => {
    const fields: [name: string, value: string][] = [];
    if (pem) fields.push([PEM, certificates.map(base64).join(',')]);
    if (info) {
      const described = certificates.map((der) => describeCertificate(new X509Certificate(der), info));
      fields.push([INFO, queryEscaped(described.join(','))]);
    }
    return fields;
  };
  /** A connection brings many requests with the same certificates. */
  const known = new WeakMap<Certificates, [name: string, value: string][]>();
  return (next) => ({
    handle(exchange) {
      const certificates = exchange.client.tls?.certificates ?? [];
      if (certificates.length > 0) {
        let fields = known.get(certificates);
        if (!fields) known.set(certificates, (fields = told(certificates)));
        for (const [name, value] of fields) exchange.request.headers.set(name, value);
      }
      next.handle(exchange);
    },
  });
};

const base64 = (der: Uint8Array): string => Buffer.from(der).toString('base64');

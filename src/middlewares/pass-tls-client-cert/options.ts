import type { z } from 'zod';
import { flag, structure } from '../../config/options.ts';

const names = {
  country: flag(),
  province: flag(),
  locality: flag(),
  organization: flag(),
  commonName: flag(),
  serialNumber: flag(),
  domainComponent: flag(),
};

const certificate = structure({
  notAfter: flag(),
  notBefore: flag(),
  sans: flag(),
  serialNumber: flag(),
  subject: structure({ ...names, organizationalUnit: flag() }).optional(),
  issuer: structure(names).optional(),
});

export const options = structure({ pem: flag(), info: certificate.optional() });

export type Options = z.output<typeof options>;

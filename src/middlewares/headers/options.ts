import type { z } from 'zod';
import { flag, integer, list, map, structure, text } from '../../config/options.ts';

const custom = {
  /** An empty value deletes the header. */
  customRequestHeaders: map(text()),
  customResponseHeaders: map(text()),
};

const crossOrigin = {
  accessControlAllowCredentials: flag(),
  accessControlAllowHeaders: list(),
  accessControlAllowMethods: list(),
  accessControlAllowOriginList: list(),
  accessControlAllowOriginListRegex: list(),
  accessControlExposeHeaders: list(),
  accessControlMaxAge: integer({ alwaysShown: true }).optional(),
  addVaryHeader: flag(),
};

const security = {
  allowedHosts: list(),
  hostsProxyHeaders: list(),
  sslProxyHeaders: map(text()),
  stsSeconds: integer(),
  stsIncludeSubdomains: flag(),
  stsPreload: flag(),
  forceSTSHeader: flag(),
  frameDeny: flag(),
  customFrameOptionsValue: text(),
  contentTypeNosniff: flag(),
  browserXssFilter: flag(),
  customBrowserXSSValue: text(),
  contentSecurityPolicy: text(),
  contentSecurityPolicyReportOnly: text(),
  publicKey: text(),
  referrerPolicy: text(),
  permissionsPolicy: text(),
  isDevelopment: flag(),
};

/** Accepted, shown, and without effect since v3. */
const withoutEffect = {
  sslRedirect: flag(),
  sslTemporaryRedirect: flag(),
  sslHost: text(),
  sslForceHost: flag(),
  featurePolicy: text(),
};

export const options = structure({ ...custom, ...crossOrigin, ...security, ...withoutEffect });

export type Options = z.output<typeof options>;

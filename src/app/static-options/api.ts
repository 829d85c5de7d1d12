import { flag, integer, structure, text } from '../../config/options.ts';

export const apiOptions = structure(
  {
    basePath: text().default('/'),
    insecure: flag(),
    /** Whoever shows it may do what is only for those who run this node: pair and revoke. */
    token: text({ secret: true }),
    /** A file that holds the token; read again when it changes. */
    tokenFile: text(),
    dashboard: flag({ notYet: 'there is no dashboard yet, only the API' }).default(true),
    dashboardName: text(),
    disableDashboardAd: flag(),
    debug: flag({ notYet: 'there are no debug endpoints yet' }),
  },
  { allowEmpty: true },
);

export const pingOptions = structure(
  {
    entryPoint: text().default('traefik'),
    manualRouting: flag(),
    terminatingStatusCode: integer().default(503),
  },
  { allowEmpty: true },
);

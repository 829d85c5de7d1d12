import { STATUS_CODES } from 'node:http';

/** Where Traefik's wording is another than Node's. */
const DIFFERENT: Readonly<Record<number, string>> = {
  413: 'Request Entity Too Large',
  414: 'Request URI Too Long',
  416: 'Requested Range Not Satisfiable',
  418: "I'm a teapot",
  499: 'Client Closed Request',
};

/** The reason phrase of a status; empty for an unknown one. */
export function statusText(status: number): string {
  return DIFFERENT[status] ?? STATUS_CODES[status] ?? '';
}

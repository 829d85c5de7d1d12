import { ProxyError } from '../../model/proxy-error.ts';
import { LatestLines, type RecurringLines } from '../recurring-lines.ts';
import type { FieldList } from './field-list.ts';
import type { HeaderField } from './hpack/header-field.ts';
import { JoinedLines } from './joined-lines.ts';

const COLON = 0x3a;

/** What is sent on; one for a thread. */
const sent = new JoinedLines();
const latest = new LatestLines();

export interface ReceivedResponse {
  readonly status: number;
  readonly lines: string | RecurringLines;
  /** The length of the body as far as it is told. */
  readonly length: number | undefined;
}

/** The head of a server's response; `keepsLength`: it has no body, so its length is news about another. */
export function readResponse(fields: FieldList, keepsLength: boolean): ReceivedResponse {
  const first = fields.length > 0 ? fields.at(0) : undefined;
  if (fields.exceeded || first?.kind !== 'status' || first.value.length !== 3) throw malformed();
  const status = first.number;
  if (status < 100) throw malformed();
  const bodiless = keepsLength || status === 204 || status === 304;
  sent.clear();
  let length: number | undefined;
  for (let index = 1; index < fields.length; index++) {
    const field = fields.at(index);
    if (field.kind === 'malformed' || field.name.charCodeAt(0) === COLON) throw malformed();
    if (field.kind === 'content-length') {
      if (length !== undefined || field.number === -1) throw malformed();
      length = field.number;
      if (bodiless) sent.add(field);
    } else if (isPassedOn(field)) sent.add(field);
  }
  return { status, lines: latest.of(sent.text), length: bodiless ? undefined : length };
}

function isPassedOn({ kind }: HeaderField): boolean {
  return kind !== 'hop' && kind !== 'te';
}

function malformed(): ProxyError {
  return new ProxyError('malformed-response', "The head of the server's response is malformed.");
}

import type { Body, ExchangeResponse, Tunnel } from '../../model/exchange.ts';
import { HeaderBlock } from '../header-block.ts';
import type { ResponseHead } from '../http1/response-head.ts';
import { LatestLines } from '../recurring-lines.ts';

const latest = new LatestLines();

/** A server's response as the exchange passes it on. */
export class ServerResponse implements ExchangeResponse {
  status: number;
  readonly headers: HeaderBlock;
  body: Body;
  readonly error = undefined;
  readonly tunnel: Tunnel | undefined;

  constructor(head: ResponseHead, body: Body, tunnel?: Tunnel) {
    this.status = head.status;
    this.headers = new HeaderBlock(latest.of(head.lines));
    this.body = body;
    this.tunnel = tunnel;
    for (const name of head.connection) this.headers.delete(name);
    if (tunnel !== undefined) {
      this.headers.append('Connection', 'Upgrade');
      this.headers.append('Upgrade', head.upgrade ?? '');
    }
  }
}
